// How many characters have been written, beside the field: output[data-count-of].

for (const shown of document.querySelectorAll("output[data-count-of]")) {
  const field = document.getElementById(shown.dataset.countOf);
  const least = Number(shown.dataset.least);
  const most = Number(shown.dataset.most);
  const count = () => {
    const written = [...field.value.trim()].length;
    shown.textContent = `${written} 字，${least}–${most} 字`;
    shown.classList.toggle("red", written > 0 && (written < least || written > most));
  };
  field.addEventListener("input", count);
  count();
}
