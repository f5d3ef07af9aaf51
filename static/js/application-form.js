// 申报: each part saves itself; words are counted as they are typed; what is missing is listed.

import { Piece, Sheet } from "./autosave.js";

const page = document.querySelector("[data-application]");
const WORD = /[\x21-\x7e\u00c0-\u024f\u0400-\u04ff\u1800-\u18af]+|[^\s\x21-\x7e\u00c0-\u024f\u0400-\u04ff\u1800-\u18af]/gu; // as the server counts

const sheet = new Sheet({
  kind: "application",
  key: page.dataset.application,
  form: "application",
  noun: "处",
  signin: page.dataset.signin,
  anchor: (part) => `#${part}`,
});

const plain = (value) => (typeof value === "string" ? value.replace(/\r\n/g, "\n").trim() : value === null ? "" : String(value));

class Part extends Piece {
  constructor(element) {
    const { piece, url, version, label } = element.dataset;
    super(sheet, element, { key: piece, url, version: Number(version), label });
  }

  get fields() {
    return [...this.element.querySelectorAll("[name][form=application]:not([data-number])")];
  }

  read(text, on) {
    const values = {};
    for (const field of this.fields) values[field.name] = field.type === "checkbox" ? on(field) : text(field);
    return { values };
  }

  // As the page came from the server: on a slow line people type before this script arrives.
  came() {
    return this.read((field) => field.defaultValue, (box) => box.defaultChecked);
  }

  content() {
    return this.read((field) => field.value, (box) => box.checked);
  }

  same(one, other) {
    return Object.keys(one.values).every((name) => plain(one.values[name]) === plain(other.values[name]));
  }

  fill(content) {
    for (const field of this.fields) {
      const value = content.values[field.name];
      if (field.type === "checkbox") field.checked = value === true;
      else field.value = value;
    }
    this.typed();
  }

  // Both together, where each of the two changed other fields.
  merge(mine, theirs) {
    const was = this.saved.values;
    const values = {};
    for (const name of Object.keys(mine.values)) {
      const [here, there] = [mine.values[name], theirs.values[name]];
      const [changed, moved] = [plain(here) !== plain(was[name]), plain(there) !== plain(was[name])];
      if (changed && moved && plain(here) !== plain(there)) return null;
      values[name] = moved ? there : here;
    }
    return { values };
  }

  typed() {
    const shown = this.element.querySelector("[data-count]");
    if (shown) count(this.element.querySelector("textarea").value, shown, this.element.querySelector("[data-meter]"));
  }

  drawn(told) {
    drawMissing(told);
  }

  rows(theirs, mine) {
    return this.fields.map((field) => ({
      heading: field.labels[0]?.textContent.replace("*", "").trim() ?? this.label,
      theirs: words(theirs.values[field.name]),
      mine: words(mine.values[field.name]),
    }));
  }
}

const words = (value) => (typeof value === "boolean" ? (value ? "已勾选" : "未勾选") : plain(value));

function count(text, shown, meter) {
  const [number, least, most] = [(text.match(WORD) ?? []).length, Number(shown.dataset.least), Number(shown.dataset.most)];
  const [over, under] = [number > most, number < least];
  shown.textContent = over ? `${number} 字，超出 ${number - most} 字` : under ? `${number} 字，还差 ${least - number} 字` : `${number} 字`;
  shown.classList.toggle("over", over);
  shown.classList.toggle("under", under);
  meter.className = `ap-w${Math.min(20, Math.round((20 * number) / Math.max(most, 1)))}${over ? " bad" : under ? " due" : " ok"}`;
}

function drawMissing({ missing, lacks }) {
  const list = document.querySelector("[data-missing]");
  list.replaceChildren(...missing.map(({ anchor, text }) => Object.assign(document.createElement("a"), { className: "p-secsmini", href: `#${anchor}`, textContent: text })));
  for (const each of document.querySelectorAll("[data-missing-words]")) each.textContent = missing.length ? `还差 ${missing.length} 项` : "都已填好";
  for (const link of document.querySelectorAll("[data-part]")) {
    const number = lacks[link.dataset.part];
    const mark = link.querySelector("span, small");
    mark.textContent = number ? `差 ${number}` : "✓";
    if (mark.tagName === "SPAN") mark.className = number ? "lack" : "ok";
  }
}

// Files come and go by themselves; only the list of what is missing changes with them.
document.addEventListener("files:changed", (event) => event.detail.told.missing && drawMissing(event.detail.told));

// Captions of photos are kept when one leaves the field.
document.addEventListener("change", async (event) => {
  const field = event.target.closest("[data-caption]");
  if (!field) return;
  const note = field.closest("[data-evidence]").querySelector("[data-note]");
  try {
    const body = new URLSearchParams({ caption: field.value });
    const headers = { Accept: "application/json", "X-CSRFToken": field.closest("[data-token]").dataset.token };
    const answer = await fetch(field.dataset.caption, { method: "POST", body, headers });
    const told = await answer.json();
    note.textContent = answer.ok ? "" : told.detail;
  } catch {
    note.textContent = "照片说明没有保存，请检查网络后再改一次。";
  }
});

const parts = [...document.querySelectorAll("[data-piece]")].map((element) => new Part(element));
for (const part of parts) part.typed();
sheet.start(parts);
