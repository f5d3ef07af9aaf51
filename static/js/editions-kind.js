// Shows only the fields that the chosen way of scoring has a use for; without it all are shown.
const USED = {
  points: ["range", "occurrence", "checklist", "threshold", "bonus", "deduction"],
  each: ["occurrence", "deduction"],
  checklist: ["checklist"],
  bands: ["checklist", "threshold"],
};

function adjust(form, kind) {
  for (const [name, kinds] of Object.entries(USED)) {
    const field = form.elements[name]?.closest(".p-field");
    if (!field) continue;
    field.hidden = !kinds.includes(kind);
    if (field.hidden && name === "points") form.elements[name].value = "";
  }
}

const select = document.querySelector("select[name=kind]");
if (select) {
  select.addEventListener("change", () => adjust(select.form, select.value));
  adjust(select.form, select.value);
}
