// The matrix of units and people: loads and gaps follow the ticks; ticks go out as one field.

const form = document.querySelector("[data-assign]");

function boxes() {
  return [...form.querySelectorAll('input[name="t"]')];
}

function on(box) {
  return box.type === "hidden" || box.checked;
}

function count() {
  const loads = new Map();
  let lacking = 0;
  for (const box of boxes()) {
    const person = box.value.split("-")[1];
    loads.set(person, (loads.get(person) ?? 0) + (on(box) ? 1 : 0));
  }
  for (const row of form.querySelectorAll("tbody tr")) {
    const own = [...row.querySelectorAll('input[name="t"]')].filter(on).length;
    const short = own < Number(form.dataset.each);
    row.querySelector("[data-sum]").textContent = own;
    row.classList.toggle("short", short);
    lacking += short ? 1 : 0;
  }
  show(loads, lacking);
}

function show(loads, lacking) {
  const numbers = [];
  for (const cell of form.querySelectorAll("[data-load]")) {
    const number = loads.get(cell.dataset.load) ?? 0;
    cell.textContent = number;
    numbers.push(number);
  }
  const words = form.querySelector("[data-lacking]");
  words.textContent = lacking ? `${lacking} 家没有派足` : "已派足";
  words.classList.toggle("red", lacking > 0);
  form.querySelector("[data-spread]").textContent = Math.max(...numbers) - Math.min(...numbers);
}

if (form) {
  form.addEventListener("change", (event) => {
    event.target.closest("td")?.classList.toggle("touched");
    count();
  });
  form.addEventListener("submit", () => {
    const packed = document.createElement("input");
    packed.type = "hidden";
    packed.name = "plan";
    packed.value = boxes().filter(on).map((box) => box.value).join(",");
    for (const box of boxes()) box.disabled = true;
    form.append(packed);
  });
  count();
}
