// A form that saves itself: every piece of it two seconds after a pause and at least every five.
// Whatever the server has not confirmed lies in this browser, and the page says so in words.
//
// A page makes one Sheet and one Piece for each thing that is saved by itself. Its kind of Piece
// says: content(), what stands in the fields; came(), what the page came with; fill(content);
// same(one, other); rows(theirs, mine), what is shown where both differ; drawn(told), after a save;
// and, if it can, merge(mine, theirs): both together, where they don't touch each other.

import { showBoth } from "./autosave-both.js";
import { Store } from "./autosave-store.js";

const PAUSE = 2000;
const LONGEST = 5000;
const RETRY = [3000, 5000, 10000, 20000, 30000];
const PATIENCE = 20000; // for one answer over a bad line
const TRIED = 20; // contents remembered of what nobody answered: a day without a line fills no store

function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
  return cookie ? cookie[1] : document.querySelector("main [name=csrfmiddlewaretoken]").value;
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

export class Piece {
  constructor(sheet, element, { key, url, version, label }) {
    Object.assign(this, { sheet, element, key, url, version, label });
    this.saved = this.came();
    this.tried = []; // sent, and no answer came: the server may have it all the same
    this.state = "";
    this.wrong = element.dataset.wrong === "1"; // kept as typed, but cannot count
    this.tries = 0;
    element.addEventListener("input", (event) => this.changed(event));
    element.addEventListener("change", (event) => this.changed(event));
    element.addEventListener("focusout", () => this.dirty && this.send());
    if (this.dirty) this.begin();
  }

  // What was typed before this script had arrived.
  begin() {
    this.typed();
    this.hold();
    this.pause = setTimeout(() => this.send(), PAUSE);
  }

  // Words are counted, and the like.
  typed() {}

  drawn() {}

  merge() {
    return null;
  }

  get dirty() {
    return !this.same(this.content(), this.saved);
  }

  changed(event) {
    if (event.target.form?.id !== this.sheet.form) return;
    this.typed();
    this.hold();
    if (this.state === "both") return;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.send(), PAUSE);
    this.longest ??= setTimeout(() => this.send(), LONGEST);
    this.sheet.say();
  }

  // Into this browser first, always.
  hold() {
    if (!this.dirty) return this.sheet.store.drop(this.key);
    const { url, version, tried, label } = this;
    this.sheet.store.put(this.key, { url, base: version, content: this.content(), tried, page: window.location.pathname, label });
  }

  async send(unasked = false, clean = false) {
    clearTimeout(this.pause);
    clearTimeout(this.longest);
    this.longest = undefined;
    if (this.state === "both" || !(this.dirty || clean)) return this.sheet.say();
    if (this.busy) return this.busy.then(() => this.send(unasked, clean));
    this.busy = this.sendNow(unasked);
    await this.busy;
    this.busy = null;
    return this.sheet.say();
  }

  async sendNow(unasked) {
    const content = this.content();
    if (!this.state) this.state = "sending";
    this.sheet.say();
    const before = this.tried;
    this.tried = [...before.filter((each) => !this.same(each, content)), content].slice(-TRIED);
    this.hold(); // should this page end before the answer comes
    const { status, body } = await post(this.url, { version: this.version, ...content }, unasked);
    if (status === 200) return this.accept(content, body);
    if (status === 409 && body.theirs) return this.meet(content, body.theirs);
    if (status > 0 && status < 500) this.tried = before;
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
    this.sheet.savedAt = told.saved;
    this.wrong = Boolean(told.wrong);
    this.drawn(told);
    if (this.dirty) this.pause = setTimeout(() => this.send(), PAUSE);
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
    const own = [this.saved, ...this.tried].some((each) => this.same(each, theirs));
    const both = own ? null : this.merge(content, theirs);
    if (both) this.fill(both);
    if (own || both) {
      this.state = "";
      this.stand(theirs.version, theirs);
      this.pause = setTimeout(() => this.send(), 0);
      return;
    }
    this.ask(content, theirs);
  }

  ask(mine, theirs) {
    this.state = "both";
    showBoth(this.element.querySelector("[data-conflict]"), {
      title: `${theirs.by}${theirs.on_behalf ? "（代填）" : ""} ${theirs.at} 保存过这一${this.sheet.noun}，和你写的不一样`,
      rows: this.rows(theirs, mine),
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
        this.sheet.say();
      },
    });
  }

  // What an earlier page load could not hand over.
  adopt(entry) {
    const { store } = this.sheet;
    if (this.same(entry.content, this.content())) return store.remove(entry.key);
    if (this.dirty) return undefined; // a newer one stands here already; this one waits its turn
    this.fill(entry.content);
    this.version = entry.base;
    this.tried = entry.tried ?? [];
    this.hold();
    store.remove(entry.key);
    return this.send(true);
  }
}

function link(text, url) {
  const made = document.createElement("a");
  made.textContent = text;
  made.href = url;
  return made;
}

export class Sheet {
  // `kind` and `key` name the form in the browser's store, `form` is the id that its fields carry,
  // `anchor` leads from a page to a piece, `drawn` redraws the page after a save made from here.
  constructor({ kind, key, form, noun, signin, anchor, drawn = () => {} }) {
    Object.assign(this, { form, noun, signin, anchor, drawn });
    this.bar = document.querySelector("[data-state]");
    this.store = new Store(kind, key);
    this.pieces = [];
    this.elsewhere = []; // of other pages of the form, to be settled by a person there
    this.savedAt = "";
  }

  start(pieces) {
    this.pieces.push(...pieces);
    for (const entry of this.store.left()) {
      const found = this.pieces.find((each) => each.key === entry.item);
      if (found) found.adopt(entry);
      else this.handOver(entry);
    }
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("portal:keep", () => this.sendAll(true));
    for (const name of ["online", "focus"]) window.addEventListener(name, () => this.sendAll(true));
    document.addEventListener("visibilitychange", () => this.sendAll(true));
    this.say();
  }

  // Pieces of other pages go to the server from here, without being shown.
  async handOver(entry) {
    const { status, body } = await post(entry.url, { version: entry.base, ...entry.content }, true);
    if (status === 200) {
      this.store.remove(entry.key);
      this.drawn(body);
      this.savedAt = body.saved;
    } else if (status === 409) {
      this.elsewhere.push(entry);
    }
    this.say();
  }

  sendAll(unasked) {
    return Promise.all(this.pieces.filter((each) => each.dirty).map((each) => each.send(unasked)));
  }

  clicked(event) {
    const leaving = event.target.closest("[data-leave], [data-go]");
    if (!leaving || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.leave(leaving.dataset.go ?? leaving.href);
  }

  // Leave once everything is with the server. Without a line, stay; whoever asks twice may go.
  async leave(url) {
    await this.sendAll(false);
    const stuck = this.pieces.some((each) => each.dirty);
    if (stuck && !this.insists) {
      this.insists = true;
      return;
    }
    window.location.assign(url);
  }

  // The same words again are left standing: somebody may be about to press the link in them.
  show(css, text, ...more) {
    const told = text + more.map((each) => each.href).join();
    if (this.bar.dataset.state === told) return;
    this.bar.dataset.state = told;
    this.bar.className = `p-save${css}`;
    this.bar.textContent = text;
    this.bar.append(...more);
  }

  say() {
    if (!this.store.works) return this.show(" wait", "这个浏览器存不下内容，网络断开时请不要关闭本页");
    for (const name of Object.keys(STATES)) {
      const found = this.pieces.filter((each) => each.state === name);
      if (found.length) return STATES[name](this, found.length, found[0]);
    }
    const [other] = this.elsewhere;
    if (other) return this.show(" wait", "", link(`${other.label} 有两份内容，去核对`, `${other.page}${this.anchor(other.item)}`));
    if (this.pieces.some((each) => each.state === "sending")) return this.show("", "正在保存");
    if (this.pieces.some((each) => each.dirty)) return this.show("", "正在填写，停下后自动保存");
    const wrong = this.pieces.filter((each) => each.wrong).length;
    if (wrong) return this.show(" wait", `${wrong} ${this.noun}填得不对，请改正；写下的都留着`);
    return this.show("", this.savedAt ? `已保存 ${this.savedAt}` : "填写后自动保存");
  }
}

const STATES = {
  both: (sheet, n) => sheet.show(" wait", `${n} ${sheet.noun}有两份内容，请核对`),
  out: (sheet) => sheet.show(" wait", "登录已过期，已存在本机　", link("重新登录", `${sheet.signin}?kept=1&next=${encodeURIComponent(window.location.pathname)}`)),
  refused: (sheet, n, piece) => sheet.show(" wait", piece.reason),
  offline: (sheet, n) => sheet.show(" wait", `没有网络，${n} ${sheet.noun}已存在本机，连上后自动保存`),
};
