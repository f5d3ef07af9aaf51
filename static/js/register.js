// Lists to work in: panels whose options come when opened, ticked rows, the bar for them.

const bulk = document.querySelector("[data-bulk]");
const all = document.querySelector("[data-all]");
const boxes = [...document.querySelectorAll('input[name="pk"][form="bulk"]')];

function show() {
  if (!bulk) return;
  const everything = bulk.querySelector("[data-scope]").value === "all";
  const ticked = boxes.filter((box) => box.checked).length;
  bulk.hidden = !ticked;
  bulk.querySelector("[data-count]").textContent = everything ? bulk.dataset.total : ticked;
  if (all) {
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
  for (const box of boxes) box.closest("tr").classList.toggle("sel", box.checked);
}

function scope(word) {
  if (bulk) bulk.querySelector("[data-scope]").value = word;
}

for (const box of boxes) {
  box.addEventListener("change", () => {
    scope("picked");
    show();
  });
}

all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  scope("picked");
  show();
});

bulk?.querySelector("[data-everything]")?.addEventListener("click", () => {
  for (const box of boxes) box.checked = true;
  scope("all");
  show();
});

bulk?.querySelector("[data-none]").addEventListener("click", () => {
  for (const box of boxes) box.checked = false;
  scope("picked");
  show();
});

show(); // the browser may have kept ticks over a step back

const opener = document.querySelector("[data-open-picks]");
opener?.addEventListener("click", () => {
  const open = document.getElementById("picks").classList.toggle("open");
  opener.setAttribute("aria-expanded", String(open));
});

async function fill(pick) {
  const list = pick.querySelector("[data-options]");
  const ticked = new Set([...list.querySelectorAll("input:checked")].map((box) => box.value));
  const answer = await fetch(pick.dataset.lazy, { headers: { "HX-Request": "true" } });
  if (!answer.ok) {
    list.textContent = "可选项没有取到，请稍后再展开一次。";
    return;
  }
  list.innerHTML = await answer.text();
  for (const box of list.querySelectorAll("input")) box.checked = ticked.has(box.value);
  pick.dataset.filled = "yes";
  for (const button of list.querySelectorAll("[data-fold]")) {
    button.addEventListener("click", () => turn(button, button.getAttribute("aria-expanded") !== "true"));
    turn(button, below(button).some((item) => item.querySelector("input:checked")));
  }
}

// The items indented deeper that follow an item which folds.
function below(button) {
  const items = [];
  let item = button.closest("li").nextElementSibling;
  for (; item && item.classList.contains("l3"); item = item.nextElementSibling) items.push(item);
  return items;
}

function turn(button, open) {
  button.setAttribute("aria-expanded", String(open));
  for (const item of below(button)) item.hidden = !open;
}

function narrow(pick, text) {
  const wanted = text.trim().toLowerCase();
  for (const item of pick.querySelectorAll("[data-options] li")) {
    const words = (item.dataset.find || item.textContent).toLowerCase();
    const kept = item.querySelector("input:checked");
    item.hidden = Boolean(wanted) && !kept && !words.includes(wanted);
  }
  if (wanted) return;
  for (const button of pick.querySelectorAll("[data-fold]")) {
    turn(button, button.getAttribute("aria-expanded") === "true");
  }
}

for (const drop of document.querySelectorAll("details[data-panel]")) {
  drop.addEventListener("toggle", () => {
    if (!drop.open) return;
    for (const pick of drop.querySelectorAll("[data-lazy]")) if (!pick.dataset.filled) fill(pick);
    drop.querySelector("[data-narrow]")?.focus();
  });
}

for (const field of document.querySelectorAll("[data-narrow]")) {
  field.addEventListener("input", () => narrow(field.closest("[data-pick]"), field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

for (const button of document.querySelectorAll("[data-picks] [data-clear]")) {
  button.addEventListener("click", () => {
    const panel = button.closest(".p-panel");
    for (const box of panel.querySelectorAll("input")) {
      if (box.type === "checkbox" || box.type === "radio") box.checked = box.value === "";
      else if (box.name) box.value = "";
    }
    button.closest("form").requestSubmit();
  });
}
