// 申报材料: another blank row when those on the page are used up.

const form = document.querySelector("form[data-rows]");
const button = form?.querySelector("[data-add]");
const count = form?.elements["r-TOTAL_FORMS"];
const MOST = 60;

function addRow() {
  const rows = form.querySelectorAll("tbody tr");
  const last = rows[rows.length - 1];
  const row = last.cloneNode(true);
  row.className = "";
  for (const fault of row.querySelectorAll(".p-fault")) fault.remove();
  for (const field of row.querySelectorAll("input, select")) {
    for (const name of ["name", "id"]) {
      field[name] = field[name].replace(/r-\d+-/, `r-${rows.length}-`);
    }
    if (field.type === "text") field.value = "";
  }
  last.after(row);
  count.value = rows.length + 1;
  button.hidden = rows.length + 1 >= MOST;
  row.querySelector("input").focus();
}

if (form) {
  button.hidden = false;
  button.addEventListener("click", addRow);
}
