// A button that copies what its data-copy names. Without a script the text is there to be marked.

async function copied(node) {
  try {
    await navigator.clipboard.writeText(node.textContent.trim());
    return true;
  } catch {
    getSelection().selectAllChildren(node); // no clipboard outside https: mark it, then the old way
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const told = button.parentNode.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copied(document.getElementById(button.dataset.copy));
    told.textContent = done ? "已复制" : "请按 Ctrl+C 复制";
  });
}
