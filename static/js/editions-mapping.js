// Ticks all proposals at once.
const all = document.querySelector("[data-all-proposals]");
all?.addEventListener("change", () => {
  for (const box of document.querySelectorAll("input[name=pk][form=confirm]")) box.checked = all.checked;
});
