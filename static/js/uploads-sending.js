// One file at a time: start → pieces at their offset → finish. A lost line is waited out.

import { sha256 } from "./uploads-digest.js";

const LEAST = 64 * 1024;
const WAITS = [2, 4, 8, 15, 30];

export class Refusal extends Error {}
export class SignedOut extends Error {}
class Away extends Error {}

const pause = (seconds) =>
  new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    window.addEventListener("online", () => (clearTimeout(timer), done()), { once: true });
  });

async function asked(url, token, method, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(url, {
      method,
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token, ...headers },
    });
  } catch {
    throw new Away();
  }
  const json = (answer.headers.get("Content-Type") ?? "").includes("json");
  if (answer.redirected && !json) throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Away();
  if (answer.status === 404) return { status: 404 };
  if (!json) {
    throw new Refusal("服务器没有接收这个文件，没有保存。请刷新页面后再试。");
  }
  return { status: answer.status, ...(await answer.json()) };
}

const formOf = (fields) => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

export class Sending {
  constructor(record, token, tell) {
    Object.assign(this, { record, token, tell });
    this.piece = 256 * 1024;
  }

  async run() {
    let misses = 0;
    for (;;) {
      try {
        return await this.once(() => {
          misses = 0;
        });
      } catch (trouble) {
        if (!(trouble instanceof Away)) throw trouble;
        this.tell({ waiting: true });
        await pause(WAITS[Math.min(misses, WAITS.length - 1)]);
        misses += 1;
      }
    }
  }

  async once(moved) {
    const standing = await this.start();
    let offset = standing.done ? this.record.blob.size : standing.offset;
    while (offset < this.record.blob.size) {
      offset = await this.put(standing, offset);
      moved();
    }
    this.tell({ checking: true });
    return this.finish(standing);
  }

  async start() {
    const { key, name, blob, start } = this.record;
    const answer = await asked(start, this.token, "POST", formOf({ key, name, size: blob.size }));
    if (answer.status !== 200) throw new Refusal(answer.detail ?? "这一项已不在，没有上传。");
    this.tell({ percent: Math.floor((100 * answer.offset) / blob.size) });
    return answer;
  }

  async put(standing, offset) {
    const { blob } = this.record;
    const part = blob.slice(offset, offset + Math.min(this.piece, standing.piece));
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" };
    const began = Date.now();
    let answer;
    try {
      answer = await asked(standing.url, this.token, "PUT", part, headers);
    } catch (trouble) {
      this.piece = Math.max(LEAST, this.piece / 2);
      throw trouble;
    }
    if (answer.offset === undefined) throw answer.status === 404 ? new Away() : new Refusal(answer.detail);
    if (Date.now() - began < 1000) this.piece = Math.min(standing.piece, this.piece * 2);
    this.tell({ percent: Math.floor((100 * answer.offset) / blob.size) });
    return answer.offset;
  }

  async finish(standing) {
    const form = formOf({ sha256: await sha256(this.record.blob) });
    const answer = await asked(`${standing.url}finish/`, this.token, "POST", form);
    if (answer.status === 200) return answer;
    if (answer.offset !== undefined || answer.status === 404) throw new Away();
    throw new Refusal(answer.detail);
  }
}
