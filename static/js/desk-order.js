// The order of a list: by arrows, by Alt and arrow keys, by dragging, or by typing numbers.

const form = document.querySelector("[data-order]");
const body = form?.querySelector("[data-rows]");
const said = form?.querySelector("[data-said]");
const rows = () => [...body.querySelectorAll("[data-row]")];
let dragged = null;
let home = null; // what stood after it before it was dragged

function number() {
  rows().forEach((row, index, all) => {
    row.querySelector("[data-rank]").value = index + 1;
    row.querySelector("[data-up]").disabled = index === 0;
    row.querySelector("[data-down]").disabled = index === all.length - 1;
  });
}

function tell(row) {
  const name = row.getAttribute("aria-label");
  said.textContent = `${name}排第 ${rows().indexOf(row) + 1} 位，尚未保存`;
  form.dispatchEvent(new Event("input"));
}

// Rows as their numbers say, once a draft has filled them in.
function sort() {
  const rank = (row) => Number.parseInt(row.querySelector("[data-rank]").value, 10) || Infinity;
  body.append(...rows().sort((one, other) => rank(one) - rank(other)));
  form.addEventListener("draft:filled", sort);
  number();
}

function move(row, step) {
  const all = rows();
  const other = all[all.indexOf(row) + step];
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
  number();
  tell(row);
}

function press(button, row, step) {
  button.hidden = false;
  button.addEventListener("click", () => {
    move(row, step);
    if (button.disabled) row.focus();
    else button.focus();
  });
}

// A typed number puts the row there: the others close up.
function typed(row, value) {
  const all = rows().filter((each) => each !== row);
  const place = Math.min(Math.max(Number.parseInt(value, 10) || all.length + 1, 1), all.length + 1);
  if (place > all.length) body.append(row);
  else all[place - 1].before(row);
  number();
  tell(row);
}

function drag(row, grip) {
  grip.hidden = false;
  grip.addEventListener("dragstart", (event) => {
    dragged = row;
    home = row.nextElementSibling;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.getAttribute("aria-label"));
    event.dataTransfer.setDragImage(row, 20, 20);
    row.classList.add("d-dragged");
  });
  grip.addEventListener("dragend", () => {
    row.classList.remove("d-dragged");
    if (dragged) body.insertBefore(dragged, home); // let go beside the list, or Escape
    dragged = null;
  });
}

function over(event) {
  const row = event.target.closest("[data-row]");
  if (!dragged || !row) return;
  event.preventDefault();
  if (row === dragged) return;
  const box = row.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) row.before(dragged);
  else row.after(dragged);
}

function drop(event) {
  if (!dragged) return;
  event.preventDefault();
  number();
  tell(dragged);
  dragged = null;
}

if (body?.querySelector("[data-rank]")) {
  for (const row of rows()) {
    press(row.querySelector("[data-up]"), row, -1);
    press(row.querySelector("[data-down]"), row, 1);
    drag(row, row.querySelector("[data-grip]"));
    row.querySelector("[data-rank]").addEventListener("change", (event) => typed(row, event.target.value));
  }
  body.addEventListener("dragover", over);
  body.addEventListener("drop", drop);
  body.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("[data-row]");
    if (!step || !row || !event.altKey) return;
    event.preventDefault();
    const held = document.activeElement;
    move(row, step);
    held.focus();
  });
  form.addEventListener("draft:filled", sort);
  number();
}
