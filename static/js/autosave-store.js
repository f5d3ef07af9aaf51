// What was typed and the server has not got yet, kept in this browser under its owner, form and
// piece. Each page load writes under a name of its own, so that two tabs never overwrite each other.

const LOAD = Math.random().toString(36).slice(2, 10);
const OWNER = document.body.dataset.user ?? "";

export class Store {
  constructor(kind, form) {
    this.prefix = `${kind}:${OWNER}:${form}:`;
    this.works = true;
  }

  key(item) {
    return `${this.prefix}${item}:${LOAD}`;
  }

  put(item, entry) {
    try {
      localStorage.setItem(this.key(item), JSON.stringify({ ...entry, item, at: Date.now() }));
    } catch {
      this.works = false; // full or forbidden: the page says so
    }
  }

  drop(item) {
    localStorage.removeItem(this.key(item));
  }

  remove(key) {
    localStorage.removeItem(key);
  }

  // Entries that another page load left behind, the newest first.
  left() {
    const found = [];
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(this.prefix) || key.endsWith(`:${LOAD}`)) continue;
      try {
        found.push({ ...JSON.parse(localStorage.getItem(key)), key });
      } catch {
        localStorage.removeItem(key);
      }
    }
    return found.sort((one, other) => other.at - one.at);
  }
}
