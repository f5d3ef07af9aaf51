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
  return row;
}

// A draft with more rows than the page begins with gets the rows it needs first.
function makeRoom(names) {
  const numbers = names.map((name) => Number(/^r-(\d+)-/.exec(name)?.[1] ?? -1));
  const wanted = Math.min(Math.max(...numbers, 0) + 1, MOST);
  while (form.querySelectorAll("tbody tr").length < wanted) addRow();
}

if (form) {
  button.hidden = false;
  button.addEventListener("click", () => addRow().querySelector("input").focus());
  form.addEventListener("draft:filling", (event) => makeRoom(event.detail));
}
