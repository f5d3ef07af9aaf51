// The evidence beside the item: the film of the current item, and the viewer fetched for a file.

import "./evidence-viewer.js"; // its buttons work in parts that are fetched

const WAIT = 250; // whoever runs through the items with the arrow keys fetches nothing

export class Files {
  constructor(pane) {
    this.pane = pane;
    this.part = pane.querySelector("[data-shownpart]");
    this.empty = this.part.innerHTML;
    this.seen = new Set();
    for (const thumb of pane.querySelectorAll("[data-file]")) {
      thumb.addEventListener("click", () => this.open(thumb));
    }
    pane.querySelector("[data-close]").addEventListener("click", () => this.toggle(false));
  }

  get film() {
    return this.pane.querySelector("[data-film]:not([hidden])");
  }

  toggle(open) {
    this.pane.classList.toggle("open", open);
    document.body.classList.toggle("e-noscroll", open);
  }

  show(row) {
    clearTimeout(this.timer);
    for (const film of this.pane.querySelectorAll("[data-film]")) film.hidden = Number(film.dataset.film) !== row.id;
    const title = `${row.code} ${row.line.querySelector(".text").textContent}`;
    this.pane.querySelector("[data-panetitle]").textContent = title;
    if (!this.film) {
      this.shown = null;
      this.part.innerHTML = this.empty;
      this.part.querySelector("[data-nothing]").textContent = `${row.code} 没有上传材料`;
      return;
    }
    this.timer = setTimeout(() => this.open(this.film.querySelector("[data-file]")), WAIT);
  }

  beside(step) {
    if (!this.film) return;
    const thumbs = [...this.film.querySelectorAll("[data-file]")];
    const at = thumbs.findIndex((thumb) => thumb.classList.contains("on"));
    const next = thumbs[Math.min(Math.max(at + step, 0), thumbs.length - 1)];
    if (next) this.open(next);
  }

  async open(thumb) {
    clearTimeout(this.timer);
    const url = thumb.dataset.file;
    if (this.shown === url) return;
    this.shown = url;
    for (const each of this.film.querySelectorAll("[data-file]")) each.classList.toggle("on", each === thumb);
    const html = await this.fetch(url);
    if (this.shown !== url) return; // another one was opened meanwhile
    this.part.innerHTML = html;
    this.seen.add(url);
    const all = [...this.film.querySelectorAll("[data-file]")];
    const seen = all.filter((each) => this.seen.has(each.dataset.file)).length;
    this.film.querySelector("[data-filmwords]").textContent = `本项材料 ${all.length} 份，已看 ${seen} 份`;
  }

  async fetch(url) {
    try {
      const answer = await fetch(url, { headers: { "X-Part": "1" } });
      if (answer.ok && !answer.redirected) return await answer.text();
    } catch {
      // told below
    }
    return '<div class="p-empty"><h3>材料没有取到</h3><div class="small muted">请检查网络后再点一次缩略图；打分不受影响。</div></div>';
  }
}
