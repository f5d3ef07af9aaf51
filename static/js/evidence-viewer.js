// The viewer: zoom in steps, turn, and the other files of the item, by button and by key.

const STEPS = [50, 100, 150, 200, 300, 400];

class Viewer {
  constructor(element) {
    this.element = element;
    this.zoom = 100;
    this.turn = 0;
    this.word = element.querySelector("[data-zoomword]");
    for (const button of element.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.act(button.dataset.zoom));
    }
  }

  act(what) {
    const at = STEPS.indexOf(this.zoom);
    if (what === "in") this.zoom = STEPS[Math.min(at + 1, STEPS.length - 1)];
    if (what === "out") this.zoom = STEPS[Math.max(at - 1, 0)];
    if (what === "fit") this.zoom = 100;
    if (what === "turn") this.turn = (this.turn + 90) % 360;
    this.draw();
  }

  draw() {
    const classes = this.element.classList;
    for (const step of STEPS) classes.toggle(`z${step}`, step === this.zoom && step !== 100);
    for (const turn of [90, 180, 270]) classes.toggle(`t${turn}`, turn === this.turn);
    classes.toggle("big", this.zoom > 100);
    if (this.word) this.word.textContent = `${this.zoom}%`;
  }
}

const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", r: "turn", R: "turn" };
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

function beside(step) {
  const links = [...document.querySelectorAll("[data-film] a")];
  const next = links[links.findIndex((link) => link.classList.contains("on")) + step];
  if (next) window.location.assign(next.href);
}

export function start(root = document) {
  return [...root.querySelectorAll("[data-viewer]")].map((element) => new Viewer(element));
}

const viewers = start();
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "[") return beside(-1);
  if (event.key === "]") return beside(1);
  const act = KEYS[event.key];
  if (!act || !viewers.length) return;
  event.preventDefault();
  viewers[0].act(act);
});
