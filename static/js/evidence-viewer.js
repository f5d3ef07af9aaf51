// The viewer: zoom in steps, turn, 采信 in place, and the other files of the item, by button and
// by key. Buttons work in viewers that other pages fetch later, too; keys on the viewer's own page.

const STEPS = [50, 100, 150, 200, 300, 400];
const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", r: "turn", R: "turn" };
const own = document.querySelector("[data-viewer]");

function act(viewer, what) {
  const zoom = Number(viewer.dataset.at ?? 100);
  const turn = Number(viewer.dataset.turned ?? 0);
  const at = STEPS.indexOf(zoom);
  if (what === "in") viewer.dataset.at = STEPS[Math.min(at + 1, STEPS.length - 1)];
  if (what === "out") viewer.dataset.at = STEPS[Math.max(at - 1, 0)];
  if (what === "fit") viewer.dataset.at = 100;
  if (what === "turn") viewer.dataset.turned = (turn + 90) % 360;
  draw(viewer, Number(viewer.dataset.at ?? 100), Number(viewer.dataset.turned ?? 0));
}

function draw(viewer, zoom, turn) {
  for (const step of STEPS) viewer.classList.toggle(`z${step}`, step === zoom && step !== 100);
  for (const each of [90, 180, 270]) viewer.classList.toggle(`t${each}`, each === turn);
  viewer.classList.toggle("big", zoom > 100);
  const word = viewer.querySelector("[data-zoomword]");
  if (word) word.textContent = `${zoom}%`;
}

async function send(form) {
  const headers = { "X-Part": "1" };
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
  if (answer.redirected || !answer.ok) return form.submit();
  const box = document.createElement("div");
  box.innerHTML = await answer.text(); // made by our own server, from escaped text
  form.closest("[data-viewer]").replaceWith(box.querySelector("[data-viewer]"));
}

function beside(step) {
  const links = [...document.querySelectorAll("[data-film] a")];
  const next = links[links.findIndex((link) => link.classList.contains("on")) + step];
  if (next) window.location.assign(next.href);
}

// For pages that fetch a viewer: nothing has to be started any more.
export function start() {}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) act(button.closest("[data-viewer]"), button.dataset.zoom);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-partact]")) return;
  event.preventDefault();
  send(event.target).catch(() => event.target.submit());
});

if (own) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    if (event.key === "[") beside(-1);
    if (event.key === "]") beside(1);
    const viewer = document.querySelector("[data-viewer]");
    if (!KEYS[event.key] || !viewer) return;
    event.preventDefault();
    act(viewer, KEYS[event.key]);
  });
}
