// What is typed into a form[data-draft] is kept: on the server two seconds after a pause and at
// least every five, in this browser when the server can't be reached or the session is over.

const PAUSE = 2000;
const LONGEST = 5000;
const SKIPPED = ["password", "file", "hidden", "submit", "button", "reset", "search"];
const NEVER = /^(csrfmiddlewaretoken|form_key|draft_key|version|code)$|password/;
const OWNER = document.body.dataset.user ?? "";
const keepers = [];
let leaving = false;

const localKey = (key) => `draft:${OWNER}:${key}`;

function readLocal(key) {
  try {
    return JSON.parse(localStorage.getItem(localKey(key)));
  } catch {
    return null;
  }
}

function writeLocal(key, fields) {
  try {
    localStorage.setItem(localKey(key), JSON.stringify({ fields, at: Date.now() }));
  } catch {
    // A full store is no reason to disturb somebody who is typing.
  }
}

function keepable(field) {
  return field.name && !field.disabled && !SKIPPED.includes(field.type) && !NEVER.test(field.name);
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked ? field.value : null;
  return field.value;
}

function fieldsOf(form) {
  const fields = [];
  for (const field of form.elements) {
    if (!keepable(field)) continue;
    const value = valueOf(field);
    if (value !== null) fields.push([field.name, value]);
  }
  return fields;
}

function fill(form, fields) {
  const kept = new Map();
  for (const [name, value] of fields) kept.set(name, [...(kept.get(name) ?? []), value]);
  form.dispatchEvent(new CustomEvent("draft:filling", { detail: [...kept.keys()] }));
  for (const field of form.elements) {
    if (!keepable(field)) continue;
    const values = kept.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values.shift();
  }
  form.dispatchEvent(new Event("draft:filled"));
}

// `data-draft-key` names a draft that stays the same wherever its form is shown.
function keyOf(form, number) {
  if (form.dataset.draftKey) return form.dataset.draftKey;
  const path = window.location.pathname.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `${path || "home"}-${form.dataset.draft || number}`.slice(0, 120);
}

const CLOCK = { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false };
const DAY = { timeZone: "Asia/Shanghai", month: "long", day: "numeric" };

function spoken(moment) {
  const day = (each) => each.toLocaleDateString("zh-CN", DAY);
  const time = moment.toLocaleTimeString("zh-CN", CLOCK);
  return day(new Date()) === day(moment) ? time : `${day(moment)} ${time}`;
}

class Keeper {
  constructor(form, number) {
    this.form = form;
    this.key = keyOf(form, number);
    this.first = JSON.stringify(fieldsOf(form));
    this.saved = this.first;
    this.state = document.createElement("span");
    this.state.className = "p-save";
    this.state.setAttribute("aria-live", "polite");
    (form.querySelector(".p-formacts") ?? form).append(this.state);
    this.addKey();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => this.leave());
  }

  addKey() {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "draft_key";
    field.value = this.key;
    this.form.append(field);
  }

  changed() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.keep(), PAUSE);
    this.longest ??= setTimeout(() => this.keep(), LONGEST);
  }

  settle() {
    clearTimeout(this.pause);
    clearTimeout(this.longest);
    this.longest = undefined;
  }

  // Whatever becomes of the submission, its content lies here until the server says it has it.
  leave() {
    this.settle();
    if (JSON.stringify(fieldsOf(this.form)) !== this.first) writeLocal(this.key, fieldsOf(this.form));
  }

  // `unasked`: nobody is typing, so the session is not made longer by it.
  async keep(unasked = false) {
    this.settle();
    const fields = fieldsOf(this.form);
    const text = JSON.stringify(fields);
    if (text === this.saved) return;
    if (await this.send(fields, unasked)) {
      this.saved = text;
      localStorage.removeItem(localKey(this.key));
      this.say(`${spoken(new Date())} 已保存草稿`, false);
      return;
    }
    writeLocal(this.key, fields);
    this.say("草稿未同步，已存在本机", true);
    this.changed();
  }

  async send(fields, unasked) {
    const token = this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
    if (unasked) headers["X-Background"] = "1";
    try {
      const body = JSON.stringify({ fields });
      const answer = await fetch(`/drafts/${this.key}/`, { method: "POST", headers, body });
      if (answer.ok && !unasked) document.dispatchEvent(new Event("portal:seen"));
      return answer.ok;
    } catch {
      return false;
    }
  }

  say(text, waiting) {
    this.state.textContent = text;
    this.state.classList.toggle("wait", waiting);
  }

  // The newer of the two copies; nothing is filled over an answer that shows faults already.
  async restore() {
    const local = readLocal(this.key);
    const remote = await this.ask();
    const at = remote?.saved_at ? Date.parse(remote.saved_at) : 0;
    const newest = local && local.at >= at ? { fields: local.fields, at: local.at } : { ...remote, at };
    if (!newest.at || JSON.stringify(newest.fields) === JSON.stringify(fieldsOf(this.form))) return;
    if (this.form.querySelector(".p-fault, [role=alert]")) return;
    fill(this.form, newest.fields);
    this.offer(new Date(newest.at));
    this.changed();
  }

  async ask() {
    try {
      const answer = await fetch(`/drafts/${this.key}/`, {
        headers: { Accept: "application/json", "X-Background": "1" },
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  offer(moment) {
    const note = document.createElement("div");
    note.className = "p-note info p-message";
    note.setAttribute("role", "status");
    const text = document.createElement("div");
    text.textContent = `已恢复您 ${spoken(moment)} 填写的内容，尚未提交。`;
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "p-linkbutton";
    drop.textContent = "不要草稿，重新填写";
    drop.addEventListener("click", () => this.drop(note));
    note.append(text, drop);
    this.form.before(note);
  }

  async drop(note) {
    this.settle();
    fill(this.form, JSON.parse(this.first));
    this.form.reset();
    note.remove();
    localStorage.removeItem(localKey(this.key));
    this.saved = this.first;
    const token = this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    await fetch(`/drafts/${this.key}/`, { method: "DELETE", headers: { "X-CSRFToken": token } });
    this.say("", false);
  }
}

// The server names the form it has just accepted; its local copy has served.
function forgetAccepted() {
  const found = document.cookie.match(/(?:^|; )draft_done=([^;]*)/);
  if (!found) return;
  localStorage.removeItem(localKey(decodeURIComponent(found[1])));
  document.cookie = "draft_done=; max-age=0; path=/; samesite=lax";
}

function forgetOnSignOut() {
  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", () => {
      leaving = true;
      const own = Object.keys(localStorage).filter((name) => name.startsWith(`draft:${OWNER}:`));
      for (const name of own) localStorage.removeItem(name);
    });
  }
}

if (OWNER) {
  forgetAccepted();
  forgetOnSignOut();
  document.querySelectorAll("form[data-draft]").forEach((form, number) => {
    const keeper = new Keeper(form, number);
    keepers.push(keeper);
    keeper.restore();
  });
  document.addEventListener("portal:keep", () => keepers.forEach((keeper) => keeper.keep(true)));
  window.addEventListener("pagehide", () => {
    if (leaving) return;
    for (const keeper of keepers) {
      const fields = fieldsOf(keeper.form);
      if (JSON.stringify(fields) !== keeper.saved) writeLocal(keeper.key, fields);
    }
  });
}
