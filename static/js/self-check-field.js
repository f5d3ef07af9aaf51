// Reading and filling the fields of one item, and saying what they hold.

const KEYS = { range: "points", bonus: "points", occurrence: "count", deduction: "count", threshold: "percent", checklist: "ticks", veto: "hit" };
const UNITS = { points: " 分", count: " 次", percent: "%" };

export const keyOf = (kind) => KEYS[kind];

const NOW = { text: (field) => field.value, on: (box) => box.checked };
// As the page came from the server: on a slow line people type before this script arrives.
const CAME = { text: (field) => field.defaultValue, on: (box) => box.defaultChecked };

function read(element, kind, as) {
  const key = KEYS[kind];
  if (key === "ticks") {
    const ticked = [...element.querySelectorAll(".p-checks input")].filter(as.on);
    return { ticks: ticked.map((box) => Number(box.value)) };
  }
  if (key === "hit") {
    const chosen = [...element.querySelectorAll(".sc-veto input")].find(as.on);
    return chosen ? { hit: chosen.value === "yes" } : {};
  }
  const typed = as.text(element.querySelector(".p-score")).trim();
  return typed ? { [key]: typed } : {};
}

export const readValue = (element, kind) => read(element, kind, NOW);

export const cameWith = (element, kind, words) => ({
  value: read(element, kind, CAME),
  statement: CAME.text(words),
});

export function fillValue(element, kind, value) {
  const given = value[KEYS[kind]];
  if (kind === "checklist") {
    for (const box of element.querySelectorAll(".p-checks input")) box.checked = (given ?? []).includes(Number(box.value));
  } else if (kind === "veto") {
    for (const box of element.querySelectorAll(".sc-veto input")) box.checked = given === (box.value === "yes");
  } else {
    element.querySelector(".p-score").value = given ?? "";
  }
}

export function same(one, other, kind) {
  const plain = (content) => {
    const given = content.value[KEYS[kind]];
    const empty = given === undefined || given === null || given.length === 0;
    return JSON.stringify([empty ? "" : given, content.statement.replace(/\r\n/g, "\n")]);
  };
  return plain(one) === plain(other);
}

export function words(element, kind, value) {
  const given = value[KEYS[kind]];
  if (kind === "checklist") {
    const labels = [...element.querySelectorAll(".p-checks label")].map((label) => label.textContent.trim());
    return (given ?? []).length ? given.map((n) => labels[n]).join("、") : "（没有勾选）";
  }
  if (kind === "veto") return given === undefined ? "（没有选）" : given ? "有" : "没有";
  return given ? `${given}${UNITS[KEYS[kind]]}` : "（没有填）";
}
