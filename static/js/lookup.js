// Fields that propose rows while one types; without a script the whole name does.

const WAIT = 200; // ms after the last key

async function fill(input) {
  const word = input.value.trim();
  if (!word || word.startsWith("#")) return;
  const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(word)}`);
  if (answer.ok) input.list.innerHTML = await answer.text(); // escaped by the server
}

for (const input of document.querySelectorAll("input[data-lookup]")) {
  let timer = 0;
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => fill(input), WAIT);
  });
}
