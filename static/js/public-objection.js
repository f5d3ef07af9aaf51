// Who signs an objection says how to reach them, before anything is sent: chosen files would be
// lost with a page that comes back.

const choices = document.querySelectorAll("input[name=is_anonymous]");
const fields = [...document.querySelectorAll("#id_name, #id_contact")];

function follow() {
  const signed = document.querySelector("input[name=is_anonymous]:checked")?.value !== "1";
  for (const field of fields) {
    field.required = signed;
    field.closest(".p-field").hidden = !signed;
  }
}

for (const choice of choices) choice.addEventListener("change", follow);
follow();
