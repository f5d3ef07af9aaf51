// 名额: sums while one types, moving by arrows, pasting a block out of a workbook.

const form = document.querySelector("form[data-quotas]");
const rows = [...form?.querySelectorAll("[data-row]") ?? []];
const grid = rows.map((row) => [...row.querySelectorAll("input")]);
const verdict = form?.querySelector("[data-verdict]");

const number = (field) => (/^\d{1,6}$/.test(field.value.trim()) ? Number(field.value) : 0);
const sum = (numbers) => numbers.reduce((whole, each) => whole + each, 0);

function judged(given, places) {
  if (!places) return ["off", `已分配 ${given} 个，还没有填写总名额。`];
  if (given < places) return ["due", `已分配 ${given} 个，比总名额少 ${places - given} 个。`];
  if (given === places) return ["info", `已分配 ${given} 个，与总名额相等。`];
  return ["info", `已分配 ${given} 个，差额推荐 ${given - places} 个（推荐 ${given}，命名 ${places}）。`];
}

function add() {
  const numbers = grid.map((line) => line.map(number));
  rows.forEach((row, at) => {
    row.querySelector("[data-rowsum]").textContent = sum(numbers[at]);
  });
  form.querySelectorAll("[data-colsum]").forEach((cell, at) => {
    cell.textContent = sum(numbers.map((line) => line[at]));
  });
  const given = sum(numbers.map(sum));
  form.querySelector("[data-sum]").textContent = given;
  const [tone, words] = judged(given, number(form.elements.places));
  verdict.className = `b-verdict ${tone}`;
  if (verdict.textContent !== words) verdict.textContent = words;
}

function place(field) {
  const down = grid.findIndex((line) => line.includes(field));
  return down < 0 ? null : [down, grid[down].indexOf(field)];
}

function move(event) {
  const at = place(event.target);
  if (!at || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const [down, across] = at;
  const { selectionStart: from, selectionEnd: to, value } = event.target;
  const steps = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Enter: [event.shiftKey ? -1 : 1, 0],
    ArrowLeft: from === 0 ? [0, -1] : null,
    ArrowRight: to === value.length ? [0, 1] : null,
  };
  const step = steps[event.key];
  if (!step) return;
  const next = grid[down + step[0]]?.[across + step[1]];
  if (next || event.key === "Enter") event.preventDefault();
  next?.focus();
  next?.select();
}

function paste(event) {
  const at = place(event.target);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!at || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
    line.split("\t").forEach((word, across) => {
      const field = grid[at[0] + down]?.[at[1] + across];
      if (field) field.value = word.trim().replace(/,/g, "").slice(0, 6);
    });
  });
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

if (form) {
  form.addEventListener("input", add);
  form.addEventListener("draft:filled", add);
  form.addEventListener("keydown", move);
  form.addEventListener("paste", paste);
  const check = form.querySelector("[data-noscript]");
  if (check) check.hidden = true;
  add();
}
