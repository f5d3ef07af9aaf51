// Files under the items of a form: chosen, dropped or photographed, made smaller, sent on until
// they are up; taken off; where there is a store of them, used again from a side panel. Without it
// the item's own page does all.

import { prepared } from "./uploads-picture.js";
import { forget, keep, kept } from "./uploads-store.js";
import { Refusal, Sending, SignedOut } from "./uploads-sending.js";
import { openPanel } from "./evidence-reuse.js";

const OWNER = document.body.dataset.user ?? "";
const AGAIN = [3, 5, 8, 15, 30];
const queue = [];
const widgets = [];
let busy = false;

const keyOf = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
const make = (tag, css, text = "") => Object.assign(document.createElement(tag), { className: css, textContent: text });

function announce() {
  const failed = queue.filter((entry) => entry.fault).length;
  const detail = { waiting: queue.length - failed, failed };
  document.dispatchEvent(new CustomEvent("files:queue", { detail }));
}

class Entry {
  constructor(record, preview = "") {
    Object.assign(this, { record, preview, percent: 0, word: "等待上传", fault: "", safe: true });
    this.cell = make("div", "p-thumb going");
    this.draw();
  }

  get widget() {
    return widgets.find((each) => each.start === this.record.start);
  }

  draw() {
    const pic = make("div", "pic");
    if (this.preview) pic.append(Object.assign(new Image(), { src: this.preview, alt: "" }));
    pic.append(make("span", "st", this.fault ? "没有上传" : `未上传 · ${this.percent}%`));
    const name = Object.assign(make("div", "ell", this.record.name), { title: this.record.name });
    const word = make("div", "word", this.fault ? "原因见下" : this.word);
    this.cell.classList.toggle("failed", Boolean(this.fault));
    this.cell.replaceChildren(pic, name, word, this.button());
  }

  button() {
    const made = make("button", "p-thumbx", "×");
    made.type = "button";
    made.setAttribute("aria-label", `不再上传 ${this.record.name}`);
    made.addEventListener("click", () => drop(this));
    return made;
  }

  tell({ percent, waiting, checking }) {
    if (percent !== undefined) this.percent = percent;
    this.word = waiting ? "有网后自动继续" : checking ? "正在核对" : "正在上传";
    this.draw();
    announce();
  }
}

async function drop(entry) {
  queue.splice(queue.indexOf(entry), 1);
  entry.cell.remove();
  entry.dropped = true;
  entry.widget?.tellFaults();
  await forget(entry.record.key);
  announce();
}

async function work() {
  const entry = queue.find((each) => !each.fault && !each.held);
  if (busy || !entry) return;
  busy = true;
  try {
    const token = document.querySelector("[data-evidence][data-token]")?.dataset.token ?? "";
    const answer = await new Sending(entry.record, token, (news) => entry.tell(news)).run();
    await drop(entry);
    entry.widget?.changed(answer, entry.preview);
  } catch (trouble) {
    await stumble(entry, trouble);
  } finally {
    busy = false;
    announce();
  }
  work();
}

async function stumble(entry, trouble) {
  if (entry.dropped) return;
  if (trouble instanceof SignedOut) {
    entry.held = true;
    entry.word = "登录已过期，重新登录后自动继续";
  } else {
    entry.fault = trouble instanceof Refusal ? trouble.message : "上传时出错，没有保存。请重新选择文件。";
    await forget(entry.record.key);
  }
  entry.draw();
  entry.widget?.tellFaults();
}

class Widget {
  constructor(element) {
    this.start = element.dataset.start;
    this.previews = new Map(); // shown until the server's own thumbnails are made
    this.take(element);
  }

  take(element) {
    this.element = element;
    this.polls ??= 0;
    if (!("open" in element.dataset)) return;
    for (const input of element.querySelectorAll("[data-files]")) {
      const taken = () => {
        this.add([...input.files]);
        input.value = "";
      };
      input.addEventListener("change", taken);
      if (input.files.length) taken(); // chosen before this script had arrived
    }
    for (const button of element.querySelectorAll("[data-remove]")) {
      button.addEventListener("click", () => this.remove(button.dataset.remove));
    }
    element.querySelector("[data-reuse]")?.addEventListener("click", (event) => {
      event.preventDefault();
      openPanel(event.currentTarget, (answer) => this.changed(answer));
    });
    this.listenToDrops();
    this.showGoing();
    this.tellFaults();
    this.pollLater();
  }

  listenToDrops() {
    const over = (on) => this.element.classList.toggle("over", on);
    this.element.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    this.element.addEventListener("dragleave", () => over(false));
    this.element.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      over(false);
      this.add([...event.dataTransfer.files]);
    });
  }

  get room() {
    const { cap, count } = this.element.dataset;
    return Number(cap) - Number(count) - queue.filter((entry) => entry.record.start === this.start && !entry.fault).length;
  }

  async add(files) {
    const room = Math.max(0, this.room);
    if (files.length > room) this.say(`本项最多 ${this.element.dataset.cap} 份材料，还能添加 ${room} 份，其余 ${files.length - room} 份没有添加。`);
    for (const file of files.slice(0, room)) await this.enqueue(file);
    work();
  }

  async enqueue(file) {
    const { blob, name, preview } = await prepared(file);
    const record = { key: keyOf(), owner: OWNER, start: this.start, name, blob, at: Date.now() };
    const entry = new Entry(record, preview);
    entry.safe = await keep(record);
    queue.push(entry);
    this.showGoing();
    announce();
  }

  showGoing() {
    const cells = this.element.querySelector("[data-cells]");
    const add = cells.querySelector("[data-add]");
    const going = queue.filter((entry) => entry.record.start === this.start);
    for (const entry of going) cells.insertBefore(entry.cell, add);
    if (add) add.hidden = this.room <= 0;
  }

  show(answer, preview = "") {
    const box = document.createElement("div");
    box.innerHTML = answer.html; // made by our own server, from escaped text
    const element = box.querySelector("[data-evidence]");
    this.element.replaceWith(element);
    this.fillIn(element, preview);
    this.take(element);
    if (answer.faults?.length) this.say(answer.faults.join(""));
  }

  // Files came or went; a thumbnail that was made meanwhile is no such change.
  changed(answer, preview) {
    this.show(answer, preview);
    const element = this.element;
    const detail = { indicator: Number(element.dataset.indicator), version: answer.version, files: answer.files, told: answer };
    element.dispatchEvent(new CustomEvent("files:changed", { bubbles: true, detail }));
  }

  fillIn(element, preview) {
    const cells = [...element.querySelectorAll("[data-code]")];
    if (preview && cells.length) this.previews.set(cells[cells.length - 1].dataset.code, preview);
    for (const cell of cells) {
      const [known, icon] = [this.previews.get(cell.dataset.code), cell.querySelector(".ic")];
      if (known && icon) icon.replaceWith(Object.assign(new Image(), { src: known, alt: "" }));
    }
  }

  tellFaults() {
    const failed = queue.filter((entry) => entry.record.start === this.start && entry.fault);
    const note = this.element.querySelector("[data-note]");
    note.classList.remove("ok");
    note.replaceChildren(...failed.map((entry) => make("div", "", entry.fault)));
  }

  pollLater() {
    clearTimeout(this.timer);
    if (!("pending" in this.element.dataset) || this.polls >= AGAIN.length) {
      this.polls = 0;
      return;
    }
    this.timer = setTimeout(() => this.poll(), AGAIN[this.polls] * 1000);
    this.polls += 1;
  }

  async poll() {
    const answer = await this.ask(this.element.dataset.evidence, "GET", undefined, { "X-Background": "1" });
    if (answer) this.show(answer);
  }

  async remove(code) {
    const answer = await this.ask(this.element.dataset.removeUrl, "POST", new URLSearchParams({ evidence: code }));
    if (!answer) return;
    this.changed(answer);
    if (!answer.faults.length) this.offerUndo(code);
  }

  offerUndo(code) {
    const button = Object.assign(make("button", "", "撤销移除"), { type: "button" });
    const reuse = this.element.querySelector("[data-reuse]");
    if (!reuse) return;
    const url = reuse.href;
    button.addEventListener("click", async () => {
      const answer = await this.ask(url, "POST", new URLSearchParams({ evidence: code }));
      if (answer) this.changed(answer);
    });
    this.say("已从本项移除，文件仍在材料库中。", true).append(button);
  }

  async ask(url, method, body, more = {}) {
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": this.element.dataset.token, ...more };
      const answer = await fetch(url, { method, body, headers });
      if (answer.redirected) throw new Error("signed out");
      return await answer.json();
    } catch {
      if (method === "POST") this.say("连不上服务器，没有改动。请检查网络或重新登录后再试。");
      return null;
    }
  }

  say(text, good = false) {
    const note = this.element.querySelector("[data-note]");
    note.classList.toggle("ok", good);
    note.textContent = text;
    return note;
  }
}

export function start(root = document) {
  for (const element of root.querySelectorAll("[data-evidence]")) widgets.push(new Widget(element));
}

async function goOn() {
  for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
  for (const record of await kept(OWNER)) queue.push(new Entry(record));
  start();
  announce();
  work();
}

window.addEventListener("beforeunload", (event) => {
  if (queue.some((entry) => !entry.safe && !entry.fault)) event.preventDefault();
});
document.addEventListener("portal:seen", () => {
  for (const entry of queue) entry.held = false;
  work();
});
goOn();
