// 测评打分: by keyboard alone, saved item by item, kept here while the line is down.

import { Keep, post, saveWords } from "./keep.js";
import { Files } from "./score-files.js";
import { paceSoon, sayPace } from "./score-pace.js";
import { Phrases } from "./score-phrases.js";
import { LACKS, Row, points } from "./score-rows.js";
import { readOut, sum, sumKind } from "./score-sign.js";

const page = document.querySelector("[data-score]");
const find = (selector) => document.querySelector(selector);
const settings = {
  locked: page.dataset.locked === "1",
  below: page.dataset.below === "1",
  step: Math.round(Number(page.dataset.step) * 100),
  cap: Math.round(Number(page.dataset.cap) * 100),
};
const rows = [...page.querySelectorAll("[data-item]")].map((line) => new Row(line, settings));
const byId = new Map(rows.map((row) => [String(row.id), row]));
const files = new Files(find("[data-pane]"));
const phrases = new Phrases(find("[data-phrasebar]"), {
  url: page.dataset.phrases,
  task: page.dataset.score,
  locked: settings.locked,
  changed: (row) => changed(row),
});
let current = null;
let last = { state: "saved", waiting: 0 };

// ---- saving

const keep = new Keep({
  name: `score-${page.dataset.score}-${page.dataset.sheet}`,
  send,
  changed: (told) => {
    last = told;
    sayState();
  },
});

async function send(entries) {
  const items = entries.map(([id, data]) => ({ ...data, version: byId.get(id)?.version ?? data.version }));
  const { status, body } = await post(page.dataset.save, { items: JSON.stringify(items) });
  if (status !== 200) {
    for (const [id] of entries) keep.hold(id);
    refuse(body.detail);
    return [];
  }
  for (const [id, version] of Object.entries(body.saved)) took(byId.get(id), version);
  for (const [id, sentence] of Object.entries(body.faults)) hold(id, (row) => row.say(sentence));
  for (const [id, theirs] of Object.entries(body.conflicts)) hold(id, (row) => clash(row, theirs));
  paceSoon(find("[data-pace]"));
  return Object.keys(body.saved);
}

function took(row, version) {
  if (row) row.version = version;
}

function hold(id, tell) {
  keep.hold(id);
  const row = byId.get(id);
  if (row) tell(row);
}

function clash(row, theirs) {
  select(row);
  row.conflict(theirs, (mine) => {
    row.version = theirs.version;
    if (mine) return put(row, true);
    row.fill(theirs);
    row.sent = JSON.stringify(row.read());
    keep.drop(row.id);
    return total();
  });
}

// The sheet was signed elsewhere, the unit withdrawn, the round ended: nothing typed goes on.
function refuse(sentence) {
  const note = document.createElement("div");
  note.className = "p-note bad";
  note.setAttribute("role", "alert");
  note.textContent = sentence ?? "服务器没有接受，请刷新后重试。";
  find(".e-messages").replaceChildren(note);
}

// Typed on this device after the sheet had been signed on another: told once, then forgotten.
function tellLate() {
  const late = keep.kept().filter(([id]) => byId.has(id));
  for (const [id] of keep.kept()) keep.drop(id);
  if (!late.length) return;
  const words = late.map(([id, data]) => `${byId.get(id).code} 填 ${data.value ?? "空"}`).join("、");
  refuse(`本机有 ${late.length} 项没有赶上签字，没有保存：${words}。确需更改请申请更正。`);
}

function put(row, soon) {
  if (settings.locked || row.fault()) return;
  row.sent = JSON.stringify(row.read());
  keep.put(row.id, row.read(), soon);
}

function commit(row) {
  if (row && row.changed) put(row, true);
}

function sayState() {
  const words = stateWords();
  const slot = find("[data-savewords]");
  slot.textContent = words.text;
  slot.classList.toggle("wait", words.wait);
}

// Never “已保存” beside a box whose value was not taken.
function stateWords() {
  const held = keep.kept().length - last.waiting;
  const refused = rows.filter((row) => row.changed && row.fault()).length;
  const isCalm = last.state === "saved" || last.state === "saving";
  if (refused && isCalm) return { text: `${refused} 项填得不对，没有保存`, wait: true };
  if (held && last.state === "saved") return { text: `${held} 项待核对`, wait: true };
  return saveWords(last);
}

// ---- figures

function total() {
  const base = rows.filter((row) => row.isBase);
  const scored = base.filter((row) => row.counted !== null);
  find("[data-scored]").textContent = scored.length;
  find("[data-given]").textContent = points(sum(scored));
  find("[data-sofar]").textContent = points(scored.reduce((all, row) => all + row.full, 0));
  find("[data-bonus]").textContent = points(sumKind(rows, "bonus"));
  find("[data-deducted]").textContent = points(sumKind(rows, "deduction"));
  find("[data-deductpart]").hidden = !sumKind(rows, "deduction");
  for (const part of page.querySelectorAll("[data-part]")) sumOf(part);
  vetoes();
  signWords();
}

function sumOf(part) {
  const own = rows.filter((row) => row.isBase && part.contains(row.line) && row.counted !== null);
  part.querySelector("[data-sum]").textContent = own.length ? points(sum(own)) : "—";
}

function vetoes() {
  const slot = find("[data-vetoes]");
  if (!slot) return;
  const all = rows.filter((row) => row.isVeto);
  const hits = all.filter((row) => row.hit).length;
  slot.textContent = hits ? `触发 ${hits} / ${all.length}` : `未触发 0 / ${all.length}`;
  slot.classList.toggle("red", hits > 0);
}

function signWords() {
  const button = find("[data-sign]");
  if (!button) return;
  const left = rows.filter((row) => row.gap()).length;
  button.classList.toggle("e-notyet", left > 0);
  button.firstChild.textContent = "签字";
  button.querySelector("span").textContent = left ? `锁定（还差 ${left} 项）` : "锁定";
}

// ---- moving about

function select(row, focus = true) {
  if (current !== row) {
    commit(current);
    current?.close();
    current = row;
    phrases.at(row);
    files.show(row);
  }
  if (!focus) return;
  row.box.focus({ preventScroll: true });
  row.box.select?.();
  row.line.scrollIntoView({ block: "nearest" });
  row.more.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const next = rows[rows.indexOf(current) + by];
  if (next) select(next);
}

// The next item; after the last one the first that lacks something, then the signature.
function goOn() {
  commit(current);
  const next = rows[rows.indexOf(current) + 1] ?? rows.find((row) => row.gap());
  if (next && next !== current) select(next);
  else find("[data-sign]")?.focus();
}

function enter() {
  if (current.fault()) return current.draw();
  if (current.gap() === "reason") {
    current.draw();
    return current.reason.focus();
  }
  return goOn();
}

function full() {
  if (!current.isBase) return; // a bonus is given for a reason, never in passing
  current.award();
  changed(current);
}

function changed(row) {
  row.draw();
  total();
  if (row.changed) put(row, false);
  sayState();
}

// ---- vetoes

function veto(row) {
  if (row.hit) {
    row.mark(false);
    return changed(row);
  }
  ask(row, true);
  return row.reason.focus();
}

function ask(row, open) {
  row.find("[data-vetoask]").hidden = !open;
  row.find("[data-vetoacts]").hidden = !open;
}

function confirmVeto(row) {
  if (!row.reason.value.trim()) {
    row.say("请先写明触发依据。");
    return row.reason.focus();
  }
  row.mark(true);
  ask(row, false);
  row.say("");
  changed(row);
  return goOn();
}

// ---- keys

const SHORTCUTS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  "[": () => files.beside(-1),
  "]": () => files.beside(1),
};

function key(event) {
  if (!current || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.altKey) return alt(event);
  const words = event.target === current.reason || event.target === current.comment;
  const act = action(event, words);
  if (!act) return;
  event.preventDefault();
  act();
}

function action(event, words) {
  if (event.target.closest("summary, .e-sign, .p-topbar, .e-viewer, [data-vetoyes], [data-vetono], [data-mine], [data-theirs], [data-phrasebar]")) return null;
  if (event.key === "Escape" && words) return () => current.box.focus();
  if (event.key === "Enter" && !settings.locked) return vetoWaits() ? () => confirmVeto(current) : enter;
  if (words && (event.key === "[" || event.key === "]")) return null;
  if (SHORTCUTS[event.key]) return SHORTCUTS[event.key];
  if (words) return null;
  if (event.key === " " && event.target === current.box && !current.isVeto && !settings.locked) return full;
  if (event.code === "KeyN") return () => find("[data-next]").click();
  return null;
}

function vetoWaits() {
  return current.isVeto && !current.hit && !current.find("[data-vetoacts]").hidden;
}

function alt(event) {
  const number = event.code.match(/^(?:Digit|Numpad)([1-9])$/)?.[1];
  if (number && phrases.nth(Number(number))) event.preventDefault();
}

// ---- wiring

function wire(row) {
  row.line.addEventListener("click", () => select(row, current !== row || !row.isVeto));
  row.box.addEventListener("focus", () => select(row, false));
  row.box.addEventListener("blur", () => commit(row));
  for (const field of [row.box, row.reason, row.comment]) {
    field.addEventListener("input", () => {
      changed(row);
      phrases.draw();
    });
  }
  for (const field of [row.reason, row.comment]) {
    field.addEventListener("blur", () => commit(row));
    field.addEventListener("focus", () => {
      row.words = field;
      phrases.draw();
    });
  }
  for (const box of row.ticks) {
    box.addEventListener("change", () => {
      row.count();
      changed(row);
    });
  }
  row.find("[data-look]")?.addEventListener("click", () => files.toggle(true));
  if (!row.isVeto) return;
  // Focus would close the row above and move the button away from under the pointer.
  row.box.addEventListener("mousedown", (event) => event.preventDefault());
  row.box.addEventListener("click", () => {
    select(row, false);
    veto(row);
  });
  row.find("[data-vetoyes]").addEventListener("click", () => confirmVeto(row));
  row.find("[data-vetono]").addEventListener("click", () => {
    ask(row, false);
    row.box.focus();
  });
}

find("[data-signform]")?.addEventListener("submit", async (event) => {
  commit(current);
  if (!keep.kept().length) return;
  event.preventDefault();
  await keep.flush();
  if (!keep.kept().length) event.target.submit();
  else refuse("还有内容没有保存到服务器，没有签字。请等“已保存”后再签。");
});

find("[data-sign]")?.addEventListener("click", (event) => {
  const first = rows.find((row) => row.gap());
  if (!first) return;
  event.preventDefault();
  select(first);
  tellGap(first);
});

function tellGap(row) {
  const sentence = LACKS[row.gap()];
  if (sentence) row.say(sentence);
  if (row.gap() === "reason") row.reason.focus();
}

find("[data-signdrop]")?.addEventListener("toggle", (event) => event.target.open && readOut(rows, settings.cap));

rows.forEach(wire);
document.addEventListener("keydown", key);
if (settings.locked) tellLate();
else for (const [id, data] of keep.kept()) byId.get(id)?.fill(data);
total();
if (rows.length) select(rows.find((row) => row.gap()) ?? rows[0], !settings.locked);
keep.flush();
sayPace(find("[data-pace]"));
setInterval(sayState, 5000);
