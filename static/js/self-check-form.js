// 自查填报: each item of the section saves itself; the page shows its points and what is lacking.

import { Piece, Sheet } from "./autosave.js";
import { drawItem, drawPage } from "./self-check-draw.js";
import { cameWith, fillValue, readValue, same, words } from "./self-check-field.js";

const page = document.querySelector("[data-check]");
const sheet = new Sheet({
  kind: "answer",
  key: page.dataset.check,
  form: "section",
  noun: "项",
  signin: page.dataset.signin,
  anchor: (item) => `#item-${item}`,
  drawn: drawPage,
});

class Item extends Piece {
  constructor(element) {
    const { item, url, version, label } = element.dataset;
    super(sheet, element, { key: item, url, version: Number(version), label });
    element.addEventListener("files:changed", (event) => this.cited(event.detail.version));
  }

  get kind() {
    return this.element.dataset.kind;
  }

  get words() {
    return this.element.querySelector("[data-words]");
  }

  came() {
    return cameWith(this.element, this.kind, this.words);
  }

  content() {
    return { value: readValue(this.element, this.kind), statement: this.words.value };
  }

  same(one, other) {
    return same(one, other, this.kind);
  }

  fill(content) {
    fillValue(this.element, this.kind, content.value);
    this.words.value = content.statement;
    this.typed();
  }

  typed() {
    const length = [...this.words.value.trim()].length;
    const cap = Number(this.words.dataset.cap);
    const shown = this.element.querySelector("[data-count]");
    shown.textContent = `${length} / ${cap} 字`;
    shown.classList.toggle("over", length > cap);
  }

  drawn(told) {
    drawItem(this.element, told);
    drawPage(told);
  }

  // Files came or went: the item goes on from its new version, and asks what is lacking now.
  cited(version) {
    if (this.state === "both") return;
    this.stand(version, this.saved);
    this.send(false, true);
  }

  rows(theirs, mine) {
    const [one, other] = [words(this.element, this.kind, theirs.value), words(this.element, this.kind, mine.value)];
    return [
      { heading: "填报", theirs: one, mine: other },
      { heading: "说明", theirs: theirs.statement, mine: mine.statement, empty: "（没有说明）" },
    ];
  }
}

sheet.start([...document.querySelectorAll("[data-item]")].map((element) => new Item(element)));
document.querySelector(".p-secchips .on")?.scrollIntoView({ block: "nearest", inline: "center" });
