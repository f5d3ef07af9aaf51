// What is about to be signed, read out before the button that signs.

import { points } from "./score-rows.js";

export function sum(rows) {
  return rows.reduce((all, row) => all + (row.counted ?? 0), 0);
}

export function sumKind(rows, kind) {
  return sum(rows.filter((row) => row.kind === kind));
}

export function readOut(rows, cap) {
  const base = sum(rows.filter((row) => row.isBase));
  const bonus = sumKind(rows, "bonus");
  const counted = Math.min(bonus, cap);
  const taken = sumKind(rows, "deduction");
  const hits = rows.filter((row) => row.hit);
  say("sumbase", `${points(base)} 分`);
  say("sumbonus", `+${points(bonus)} 分${counted < bonus ? `，按上限计 ${points(counted)} 分` : ""}`);
  say("sumdeducted", taken ? `−${points(taken)} 分` : "0 分");
  say("sumvetoes", hits.length ? `触发 ${hits.length} 项：${hits.map((row) => row.code).join("、")}` : "未触发");
  document.querySelector("[data-sumvetoes]").classList.toggle("red", hits.length > 0);
  say("sumtotal", `${points(Math.max(base + counted - taken, 0))} 分`);
  document.querySelector("[data-signask]").focus();
}

function say(name, words) {
  document.querySelector(`[data-${name}]`).textContent = words;
}
