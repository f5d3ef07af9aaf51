// The review page by keyboard: J and K walk the list, digits jump to sections, E to the opinion,
// Ctrl+Enter passes the application on. Phrases are added to what is typed.

const opinion = document.querySelector("#opinion textarea");
const lead = document.querySelector("[data-lead]");
const parts = [...document.querySelectorAll("[id^=part-]")];

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]");
}

function go(key) {
  document.querySelector(`[data-key="${key}"]`)?.click();
}

function show(part) {
  part.scrollIntoView({ block: "start" });
  part.querySelector("textarea")?.focus({ preventScroll: true });
}

const keys = {
  j: () => go("j"),
  k: () => go("k"),
  e: () => opinion?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && lead && !lead.disabled) {
    event.preventDefault();
    lead.form.requestSubmit(lead);
    return;
  }
  if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = keys[event.key.toLowerCase()];
  const part = parts[Number(event.key) - 1];
  if (!act && !part) return;
  event.preventDefault();
  if (act) act();
  else show(part);
});

const phrases = document.querySelector("[data-phrases]");
if (phrases && opinion) {
  phrases.hidden = false;
  phrases.addEventListener("click", (event) => {
    if (event.target.tagName !== "BUTTON") return;
    const apart = opinion.value.trim() && !opinion.value.endsWith("\n") ? "\n" : "";
    opinion.value += apart + event.target.textContent;
    opinion.focus();
    opinion.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// A section with a remark shows its field; the others offer it.
for (const remark of document.querySelectorAll(".d-remark")) {
  const field = remark.querySelector("textarea");
  const mark = () => remark.classList.toggle("said", field.value.trim() !== "");
  field.addEventListener("input", mark);
  field.form.addEventListener("draft:filled", mark);
  mark();
}
