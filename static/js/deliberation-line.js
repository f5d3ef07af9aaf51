// The slider of the what-if says at once where it stands; what that changes is fetched by htmx.
const form = document.querySelector("[data-line]");

if (form) {
  const range = form.querySelector("input[type=range]");
  const said = form.querySelector("output");
  document.documentElement.classList.add("d-js");
  range.addEventListener("input", () => {
    said.textContent = `${range.value} 家`;
  });
}

// What was fetched for one candidate is where the eyes and the keyboard go next.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "choose") {
    const field = document.querySelector("#choose textarea");
    if (field) field.focus();
  }
});
