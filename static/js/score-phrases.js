// The phrases under the current item: put into its words, kept for the next time, dropped again.

import { post } from "./keep.js";

export class Phrases {
  // `changed(row)` is told when a phrase has been put into the words of an item.
  constructor(bar, { url, task, locked, changed }) {
    Object.assign(this, { bar, url, task, locked, changed, row: null });
    this.keeper = bar.querySelector("[data-keepphrase]");
    this.tidy = bar.querySelector("[data-tidy]");
    bar.addEventListener("click", (event) => this.press(event.target.closest("button")));
  }

  get buttons() {
    return [...this.bar.querySelectorAll("[data-phrase]")];
  }

  get tidying() {
    return this.bar.classList.contains("tidying");
  }

  // The comment where that was written in last, otherwise the reason.
  get field() {
    return this.row.words ?? this.row.reason;
  }

  at(row) {
    this.row = row;
    row.open(this.bar);
    this.draw();
  }

  draw() {
    if (!this.row) return;
    const text = this.field.value.trim();
    const known = this.buttons.some((button) => button.dataset.phrase === text);
    this.tidy.hidden = !this.bar.querySelector("[data-pk]");
    if (this.tidy.hidden && this.tidying) this.turn(); // nobody could end it any more
    this.keeper.hidden = this.locked || !text || text.length > 60 || known;
  }

  press(button) {
    if (!button) return;
    if (button === this.tidy) this.turn();
    else if (button === this.keeper) this.keep();
    else if (this.tidying) button.dataset.pk && this.drop(button);
    else this.insert(button);
  }

  nth(number) {
    const button = this.buttons[number - 1];
    if (button && !this.locked) this.insert(button);
    return Boolean(button);
  }

  insert(button) {
    const before = this.field.value.trim();
    this.field.value = before ? `${before}；${button.dataset.phrase}` : button.dataset.phrase;
    this.field.focus();
    this.changed(this.row);
    this.draw();
  }

  async keep() {
    const { status, body } = await post(this.url, { text: this.field.value.trim(), task: this.task });
    if (status !== 200) return this.row.say(body.detail);
    const button = document.createElement("button");
    button.type = "button";
    Object.assign(button.dataset, { phrase: body.text, pk: body.pk });
    button.textContent = body.text;
    this.bar.prepend(button);
    return this.draw();
  }

  async drop(button) {
    const { status } = await post(this.url, { drop: button.dataset.pk });
    if (status === 200) button.remove();
    this.draw();
  }

  turn() {
    const on = this.bar.classList.toggle("tidying");
    this.tidy.textContent = on ? "整理完毕" : "整理";
    this.tidy.setAttribute("aria-pressed", String(on));
  }
}
