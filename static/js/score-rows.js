// One item of the scoring page: what is typed, what is still lacking, what the server said.

export const LACKS = { score: "这一项还没有打分。", reason: "这一项还没有写理由或依据。" };

export const BASE = ["range", "occurrence", "checklist", "threshold"];

// Scores are counted in hundredths, so that halves and tenths add up exactly.
export function cents(text) {
  const found = text.match(/^(\d{1,4})(?:\.(\d{1,2}))?$/);
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

export function points(number) {
  return String(Math.round(number) / 100);
}

// What people type: full width digits, the full stop of a Chinese keyboard, spaces.
export function tidy(text) {
  return text.normalize("NFKC").replace(/[。．,，]/g, ".").replace(/\s+/g, "");
}

export class Row {
  constructor(line, settings) {
    this.line = line;
    this.settings = settings;
    this.more = line.nextElementSibling;
    this.id = Number(line.dataset.item);
    this.code = line.dataset.code;
    this.kind = line.dataset.kind;
    this.full = cents(line.dataset.full) ?? 0;
    this.version = Number(line.dataset.version);
    this.files = Number(line.dataset.files);
    this.box = line.querySelector("[data-box]");
    this.reason = this.find("[data-reason]");
    this.comment = this.find("[data-comment]");
    this.ticks = [...this.more.querySelectorAll("[data-tick]")];
    const list = this.find("[data-worths]");
    this.worths = (list?.dataset.worths ?? "").split(",").map((text) => cents(text));
    this.unticked = list?.dataset.unticked !== undefined; // from a workbook, where there are no boxes
    this.sent = JSON.stringify(this.read());
  }

  find(selector) {
    return this.more.querySelector(selector);
  }

  get isBase() {
    return BASE.includes(this.kind);
  }

  get isVeto() {
    return this.kind === "veto";
  }

  get hit() {
    return this.isVeto && this.box.dataset.hit === "1";
  }

  get text() {
    return this.isVeto ? "" : tidy(this.box.value);
  }

  get value() {
    return this.text === "" ? null : cents(this.text);
  }

  // What sums may use: a value that is refused is none.
  get counted() {
    return this.fault() ? null : this.value;
  }

  read() {
    return {
      indicator: this.id,
      version: this.version,
      value: this.text === "" ? null : this.text,
      hit: this.hit,
      reason: this.reason.value.trim(),
      comment: this.comment.value.trim(),
      ticks: this.unticked ? null : this.met.map((box) => Number(box.dataset.tick)),
    };
  }

  get met() {
    return this.ticks.filter((box) => box.checked);
  }

  // What the boxes come to; null where a score is typed by hand.
  get due() {
    return this.ticks.length && !this.unticked ? this.worths[this.met.length] ?? null : null;
  }

  get changed() {
    return JSON.stringify(this.read()) !== this.sent;
  }

  // Why this can't be the score; empty if it can.
  fault() {
    if (this.isVeto || this.text === "") return "";
    if (this.value === null) return `“${this.text}”不是分数，请填数字。`;
    if (this.full && this.value > this.full) return `${this.text} 超过满分 ${points(this.full)}，请核对。`;
    if (this.value % this.settings.step) return `${this.text} 不是 ${points(this.settings.step)} 的倍数，请按 ${points(this.settings.step)} 分一档填写。`;
    if (this.due !== null && this.due !== this.value) return `勾选了 ${this.met.length} 条，应得 ${points(this.due)} 分，与填的 ${this.text} 分不符，请按实际情况勾选。`;
    return "";
  }

  get needsReason() {
    if (this.isVeto) return this.hit;
    if (this.value === null) return false;
    if (this.kind === "deduction" || this.kind === "bonus") return this.value > 0;
    return this.settings.below && this.isBase && this.value < this.full;
  }

  // What the item still lacks: score, reason, fault, or nothing.
  gap() {
    if (this.fault()) return "fault";
    if (this.isBase && this.value === null) return "score";
    return this.needsReason && !this.reason.value.trim() ? "reason" : "";
  }

  fill(data) {
    if (this.isVeto) this.mark(data.hit);
    else this.box.value = data.value ?? "";
    this.reason.value = data.reason ?? "";
    this.comment.value = data.comment ?? "";
    this.unticked = this.ticks.length > 0 && data.ticks === null;
    for (const box of this.ticks) box.checked = (data.ticks ?? []).includes(Number(box.dataset.tick));
    this.version = data.version;
    this.draw();
  }

  mark(hit) {
    this.box.dataset.hit = hit ? "1" : "0";
    this.box.textContent = hit ? "已触发" : "未触发";
    this.box.classList.toggle("hit", hit);
    this.box.setAttribute("aria-label", `${this.code}：${this.box.textContent}`);
  }

  // Ticks of a checklist as points; an index whose list doesn't divide evenly is typed by hand.
  count() {
    this.unticked = false;
    if (this.due !== null) this.box.value = points(this.due);
  }

  // Full marks; what a checklist gives for them is all its boxes.
  award() {
    for (const box of this.ticks) box.checked = true;
    this.unticked = false;
    this.box.value = points(this.due ?? this.full);
  }

  draw() {
    const gap = this.gap();
    this.line.classList.toggle("ok", this.text !== "" || this.hit);
    this.line.classList.toggle("todo", gap !== "");
    if (!this.isVeto) this.box.setAttribute("aria-invalid", String(gap === "fault"));
    this.say(this.fault());
  }

  say(sentence) {
    const slot = this.find("[data-fault]");
    slot.textContent = sentence;
    slot.hidden = !sentence;
  }

  // Somebody saved otherwise meanwhile: in another tab, or by workbook.
  conflict(theirs, decide) {
    const slot = this.find("[data-conflict]");
    const stored = this.isVeto ? (theirs.hit ? "已触发" : "未触发") : (theirs.value ?? "空");
    const own = this.isVeto ? this.box.textContent : this.text || "空";
    slot.querySelector("[data-words]").textContent =
      `${theirs.at} 已有另一处保存（${theirs.source}）：${stored}${theirs.reason ? `，${theirs.reason}` : ""}。您填的是 ${own}，还没有保存。`;
    slot.hidden = false;
    slot.querySelector("[data-mine]").onclick = () => this.settle(slot, () => decide(true));
    slot.querySelector("[data-theirs]").onclick = () => this.settle(slot, () => decide(false));
  }

  settle(slot, act) {
    slot.hidden = true;
    act();
    this.box.focus();
  }

  open(bar) {
    this.line.classList.add("cur");
    this.more.hidden = false;
    this.find("[data-phraseslot]").append(bar);
    bar.hidden = this.settings.locked;
  }

  close() {
    this.words = null;
    this.line.classList.remove("cur");
    this.more.hidden = true;
  }
}
