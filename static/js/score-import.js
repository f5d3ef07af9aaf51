// Says how many cells will be written, and how many conflicts still wait for a choice.

const form = document.querySelector("[data-score-import]");
const told = form && form.querySelector("[data-told]");

function tell() {
  const taken = form.querySelectorAll('input[name="take"]:checked').length;
  const chosen = form.querySelectorAll('input[value="mine"]:checked').length;
  const names = new Set([...form.querySelectorAll('input[type="radio"]')].map((each) => each.name));
  const open = names.size - form.querySelectorAll('input[type="radio"]:checked').length;
  const wait = open ? `还有 ${open} 处两边都改了的没有选定。` : "";
  told.textContent = `将写入 ${taken + chosen} 格，要么全部写入，要么一格也不写。${wait}`;
}

if (told) {
  form.addEventListener("change", tell);
  tell();
}
