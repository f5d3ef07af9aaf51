// 自查填报: every item saves itself two seconds after a pause and at least every five. Whatever
// the server has not confirmed lies in this browser, and the page says so in words.

import { showBoth } from "./self-check-both.js";
import { drawItem, drawPage } from "./self-check-draw.js";
import { cameWith, fillValue, readValue, same } from "./self-check-field.js";
import { Store } from "./self-check-store.js";

const PAUSE = 2000;
const LONGEST = 5000;
const RETRY = [3000, 5000, 10000, 20000, 30000];
const PATIENCE = 20000; // for one answer over a bad line
const page = document.querySelector("[data-check]");
const bar = document.querySelector("[data-state]");
const store = new Store(page.dataset.check);
const items = [];
let savedAt = "";
let insists = false;

function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
  return cookie ? cookie[1] : document.querySelector("#section [name=csrfmiddlewaretoken]").value;
}

// {status, body}; status 0 where nothing came back.
async function post(url, sent, unasked) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() };
  if (unasked) headers["X-Background"] = "1";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(sent), signal: stop.signal });
    const body = await answer.json().catch(() => ({}));
    if (answer.ok && !unasked) document.dispatchEvent(new Event("portal:seen"));
    return { status: answer.status, body };
  } catch {
    return { status: 0, body: {} };
  } finally {
    clearTimeout(timer);
  }
}

class Item {
  constructor(element) {
    this.element = element;
    this.pk = element.dataset.item;
    this.kind = element.dataset.kind;
    this.url = element.dataset.url;
    this.version = Number(element.dataset.version);
    this.words = element.querySelector("[data-words]");
    this.saved = cameWith(element, this.kind, this.words);
    this.tried = []; // sent, and no answer came: the server may have it all the same
    this.state = "";
    this.tries = 0;
    element.addEventListener("input", (event) => this.changed(event));
    element.addEventListener("change", (event) => this.changed(event));
    element.addEventListener("focusout", () => this.dirty && this.send());
    element.addEventListener("evidence:changed", (event) => this.cited(event.detail.version));
    if (this.dirty) this.begin();
  }

  // What was typed before this script had arrived.
  begin() {
    this.count();
    this.hold();
    this.pause = setTimeout(() => this.send(), PAUSE);
  }

  content() {
    return { value: readValue(this.element, this.kind), statement: this.words.value };
  }

  get dirty() {
    return !same(this.content(), this.saved, this.kind);
  }

  changed(event) {
    if (event.target.form?.id !== "section") return;
    this.count();
    this.hold();
    if (this.state === "both") return;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.send(), PAUSE);
    this.longest ??= setTimeout(() => this.send(), LONGEST);
    say();
  }

  count() {
    const length = [...this.words.value.trim()].length;
    const cap = Number(this.words.dataset.cap);
    const shown = this.element.querySelector("[data-count]");
    shown.textContent = `${length} / ${cap} 字`;
    shown.classList.toggle("over", length > cap);
  }

  // Into this browser first, always.
  hold() {
    if (!this.dirty) return store.drop(this.pk);
    store.put(this.pk, { url: this.url, base: this.version, content: this.content(), page: window.location.pathname, label: this.element.dataset.label });
  }

  async send(unasked = false, clean = false) {
    clearTimeout(this.pause);
    clearTimeout(this.longest);
    this.longest = undefined;
    if (this.state === "both" || !(this.dirty || clean)) return say();
    if (this.busy) return this.busy.then(() => this.send(unasked, clean));
    this.busy = this.sendNow(unasked);
    await this.busy;
    this.busy = null;
    return say();
  }

  async sendNow(unasked) {
    const content = this.content();
    if (!this.state) this.state = "sending";
    say();
    const { status, body } = await post(this.url, { version: this.version, ...content }, unasked);
    if (status === 200) return this.accept(content, body);
    if (status === 409 && body.theirs) return this.meet(content, body.theirs);
    if (status === 0 || status >= 500) this.tried.push(content);
    this.state = status === 401 ? "out" : status === 0 || status >= 500 || status === 429 ? "offline" : "refused";
    this.reason = body.detail ?? (status === 403 ? "页面已过期，没有保存；写下的已存在本机，请刷新页面。" : "没有保存，写下的已存在本机。请刷新页面。");
    if (this.state !== "refused") this.later();
    return undefined;
  }

  accept(content, told) {
    this.state = "";
    this.tries = 0;
    this.tried = [];
    this.stand(told.version, content);
    savedAt = told.saved;
    drawItem(this.element, told);
    drawPage(told);
    if (this.dirty) this.pause = setTimeout(() => this.send(), PAUSE);
  }

  // Files came or went: the item goes on from its new version, and asks what is lacking now.
  cited(version) {
    if (this.state === "both") return;
    this.stand(version, this.saved);
    this.send(false, true);
  }

  // What the server has from now on.
  stand(version, content) {
    this.version = version;
    this.saved = content;
    this.element.dataset.version = version;
    this.element.querySelector("[data-number]").value = version;
    this.hold();
  }

  later() {
    clearTimeout(this.again);
    const wait = RETRY[Math.min(this.tries, RETRY.length - 1)];
    this.tries += 1;
    this.again = setTimeout(() => this.send(true), wait);
  }

  // Somebody saved meanwhile. Where the words are what we sent ourselves and never heard of, or
  // what stood there before (only files came or went), go on over them.
  meet(content, theirs) {
    const own = [this.saved, ...this.tried].some((each) => same(each, theirs, this.kind));
    if (own) {
      this.state = "";
      this.stand(theirs.version, theirs);
      this.pause = setTimeout(() => this.send(), 0);
      return;
    }
    this.ask(content, theirs, `${theirs.by}${theirs.on_behalf ? "（代填）" : ""} ${theirs.at} 保存过这一项，和你写的不一样`);
  }

  ask(mine, theirs, title) {
    this.state = "both";
    showBoth(this.element, this.kind, {
      title,
      theirs,
      mine,
      headings: ["已保存的", "你写的"],
      useMine: () => {
        this.state = "";
        this.stand(theirs.version, theirs);
        this.send();
      },
      useTheirs: () => {
        this.state = "";
        this.fill(theirs);
        this.stand(theirs.version, theirs);
        say();
      },
    });
  }

  fill(content) {
    fillValue(this.element, this.kind, content.value);
    this.words.value = content.statement;
    this.count();
  }

  // What an earlier page load could not hand over.
  adopt(entry) {
    if (same(entry.content, this.content(), this.kind)) return store.remove(entry.key);
    if (this.dirty) return undefined; // a newer one stands here already; this one waits its turn
    this.fill(entry.content);
    this.version = entry.base;
    this.hold();
    store.remove(entry.key);
    return this.send(true);
  }
}

// Items of other sections go to the server from here, without being shown.
async function handOver(entry) {
  const { status, body } = await post(entry.url, { version: entry.base, ...entry.content }, true);
  if (status === 200) {
    store.remove(entry.key);
    drawPage(body);
    savedAt = body.saved;
  } else if (status === 409) {
    elsewhere.push(entry);
  }
  say();
}

const elsewhere = []; // of other sections, to be settled by a person there

function link(text, url) {
  const made = document.createElement("a");
  made.textContent = text;
  made.href = url;
  return made;
}

// The same words again are left standing: somebody may be about to press the link in them.
function show(css, text, ...more) {
  const told = text + more.map((link) => link.href).join();
  if (bar.dataset.state === told) return;
  bar.dataset.state = told;
  bar.className = `p-save${css}`;
  bar.textContent = text;
  bar.append(...more);
}

const STATES = {
  both: (n) => show(" wait", `${n} 项有两份内容，请核对`),
  out: () => show(" wait", "登录已过期，已存在本机　", link("重新登录", `${page.dataset.signin}?kept=1&next=${encodeURIComponent(window.location.pathname)}`)),
  refused: (n, item) => show(" wait", item.reason),
  offline: (n) => show(" wait", `没有网络，${n} 项已存在本机，连上后自动保存`),
};

function say() {
  if (!store.works) return show(" wait", "这个浏览器存不下内容，网络断开时请不要关闭本页");
  for (const name of Object.keys(STATES)) {
    const found = items.filter((item) => item.state === name);
    if (found.length) return STATES[name](found.length, found[0]);
  }
  if (elsewhere.length) return show(" wait", "", link(`${elsewhere[0].label} 有两份内容，去核对`, `${elsewhere[0].page}#item-${elsewhere[0].item}`));
  if (items.some((item) => item.state === "sending")) return show("", "正在保存");
  if (items.some((item) => item.dirty)) return show("", "正在填写，停下后自动保存");
  return show("", savedAt ? `已保存 ${savedAt}` : "填写后自动保存");
}

const sendAll = (unasked) => Promise.all(items.filter((item) => item.dirty).map((item) => item.send(unasked)));

// Leave once everything is with the server. Without a line, stay; whoever asks twice may go.
async function leave(url) {
  await sendAll(false);
  const stuck = items.some((item) => item.dirty);
  if (stuck && !insists) {
    insists = true;
    return;
  }
  window.location.assign(url);
}

document.addEventListener("click", (event) => {
  const leaving = event.target.closest("[data-leave], [data-go]");
  if (!leaving || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leave(leaving.dataset.go ?? leaving.href);
});

document.querySelectorAll("[data-item]").forEach((element) => items.push(new Item(element)));
for (const entry of store.left()) {
  const item = items.find((each) => each.pk === entry.item);
  if (item) item.adopt(entry);
  else handOver(entry);
}
document.querySelector(".p-secchips .on")?.scrollIntoView({ block: "nearest", inline: "center" });
document.addEventListener("portal:keep", () => sendAll(true));
for (const name of ["online", "focus"]) window.addEventListener(name, () => sendAll(true));
document.addEventListener("visibilitychange", () => sendAll(true));
say();
