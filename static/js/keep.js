// Kept in the browser until the server has it. What is put here survives a lost line, a closed
// lid and an ended session; it is sent again until the server answers for it.
//
//   const keep = new Keep({ name: "score-12", send, changed });
//   keep.put(item, data)          kept at once, sent two seconds after a pause, at least every five
//   keep.put(item, data, true)    … and sent without waiting
//   send(entries) gets [[id, data], …] and returns the ids the server has taken; it throws where
//   it could not be reached. keep.hold(id) keeps what the server refused. changed({ waiting, state, at }) tells the page: saved, saving,
//   waiting (only here so far), or out (signed out: only here until the next sign-in).

const OWNER = document.body.dataset.user ?? "";
const RETRY = [5000, 10000, 20000, 30000];

export class SignedOut extends Error {}
export class Unreachable extends Error {}

export function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1]
    ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// Post fields; the answer's body as JSON with its status. Throws where nothing came back to trust.
export async function post(url, fields, { keepalive = false } = {}) {
  let answer;
  try {
    const headers = { "X-CSRFToken": token(), Accept: "application/json" };
    const body = new URLSearchParams(fields);
    answer = await fetch(url, { method: "POST", headers, body, keepalive, redirect: "manual" });
  } catch {
    throw new Unreachable();
  }
  if (answer.status === 401 || answer.type === "opaqueredirect") throw new SignedOut();
  if (answer.status >= 500 || answer.status === 403) throw new Unreachable();
  document.dispatchEvent(new Event("portal:seen"));
  try {
    return { status: answer.status, body: await answer.json() };
  } catch {
    throw new Unreachable();
  }
}

export class Keep {
  constructor({ name, send, changed, pause = 2000, longest = 5000 }) {
    Object.assign(this, { send, changed, pause, longest, running: null, failed: 0, state: "saved" });
    this.key = `keep:${OWNER}:${name}`;
    this.entries = this.read();
    window.addEventListener("online", () => this.flush());
    document.addEventListener("portal:keep", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  read() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key)) ?? [];
      return new Map(found.map(([id, entry]) => [id, { ...entry, held: false }]));
    } catch {
      return new Map();
    }
  }

  write() {
    try {
      if (this.entries.size) localStorage.setItem(this.key, JSON.stringify([...this.entries]));
      else localStorage.removeItem(this.key);
    } catch {
      // A full store is no reason to disturb somebody who is typing.
    }
  }

  // Everything that is only here so far, oldest first.
  kept() {
    return [...this.entries].map(([id, entry]) => [id, entry.data]);
  }

  // What is to be sent: not what is held until somebody has decided on it.
  waiting() {
    return [...this.entries].filter(([, entry]) => !entry.held).map(([id, entry]) => [id, entry.data]);
  }

  // The server answered, but not with a yes: stays here, and is not sent again unchanged.
  hold(id) {
    const entry = this.entries.get(String(id));
    if (entry) entry.held = true;
  }

  get(id) {
    return this.entries.get(String(id))?.data;
  }

  put(id, data, soon = false) {
    this.entries.set(String(id), { data, stamp: `${Date.now()}-${Math.random()}` });
    this.write();
    if (soon) return this.flush();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.pause);
    this.latest ??= setTimeout(() => this.flush(), this.longest);
    this.say(this.state === "saved" ? "saving" : this.state);
    return undefined;
  }

  // Take something out unsent: somebody chose what the server has.
  drop(id) {
    this.entries.delete(String(id));
    this.write();
    this.say(this.waiting().length ? this.state : "saved");
  }

  settle() {
    clearTimeout(this.timer);
    clearTimeout(this.latest);
    this.latest = undefined;
  }

  // One sending at a time. Whoever asks meanwhile waits for it and for what has come since.
  flush() {
    if (this.running) this.again = true;
    this.running ??= this.rounds().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async rounds() {
    do {
      this.again = false;
      await this.sendAll();
    } while (this.again);
  }

  async sendAll() {
    this.settle();
    if (!this.waiting().length) return;
    const sent = new Map([...this.entries].map(([id, entry]) => [id, entry.stamp]));
    try {
      if (this.state === "saved") this.say("saving");
      for (const id of await this.send(this.waiting())) this.done(String(id), sent);
      this.failed = 0;
      this.say(this.waiting().length ? "saving" : "saved");
    } catch (fault) {
      this.fail(fault);
    }
  }

  // Changed again while it was on its way: the newer content goes out with the next round.
  done(id, sent) {
    if (this.entries.get(id)?.stamp !== sent.get(id)) {
      this.again = true;
      return;
    }
    this.entries.delete(id);
    this.write();
  }

  fail(fault) {
    if (!(fault instanceof SignedOut) && !(fault instanceof Unreachable)) throw fault;
    this.say(fault instanceof SignedOut ? "out" : "waiting");
    const wait = RETRY[Math.min(this.failed, RETRY.length - 1)];
    this.failed += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  say(state) {
    this.state = state;
    if (state === "saved") this.at = new Date();
    this.changed?.({ state, waiting: this.waiting().length, at: this.at });
  }
}

// "3 秒前已保存" and the like, for a span[data-save] that every working page has.
export function saveWords({ state, waiting, at }) {
  if (state === "saved" && at) return { text: `${ago(at)}已保存`, wait: false };
  if (state === "saved") return { text: "", wait: false };
  if (state === "saving") return { text: "正在保存…", wait: false };
  if (state === "out") return { text: `登录已过期，${waiting} 项存在本机，登录后自动补传`, wait: true };
  return { text: `${waiting} 项未同步，已存在本机`, wait: true };
}

function ago(moment) {
  const seconds = Math.round((Date.now() - moment) / 1000);
  if (seconds < 2) return "刚刚";
  if (seconds < 60) return `${seconds} 秒前`;
  return `${Math.round(seconds / 60)} 分钟前`;
}
