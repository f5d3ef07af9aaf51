// The shell: menu on a phone, panels that close, choices that submit their filter form.

const menu = document.querySelector("[data-menu]");
menu?.addEventListener("click", () => {
  const open = document.body.classList.toggle("p-menu-open");
  menu.setAttribute("aria-expanded", String(open));
});

function closeMenu() {
  document.body.classList.remove("p-menu-open");
  menu?.setAttribute("aria-expanded", "false");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest(".p-topbar")) closeMenu();
  for (const drop of document.querySelectorAll("details.p-drop[open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeMenu();
  for (const drop of document.querySelectorAll("details.p-drop[open]")) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});

for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT" && event.target.form === form) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

for (const all of document.querySelectorAll("[data-tick-all]")) {
  all.addEventListener("change", () => {
    for (const box of all.form.querySelectorAll("[name=pk]")) box.checked = all.checked;
  });
}
