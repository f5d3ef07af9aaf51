// Regions: the tree that opens branch by branch, and the pickers of one place or several.

const WAIT = 250; // ms after the last key before searching

async function fetched(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  return answer.ok ? answer.text() : '<p class="muted small p-regionnote">没有取到，请稍后再试。</p>';
}

function withParams(url, params) {
  const target = new URL(url, window.location.href);
  for (const [name, value] of Object.entries(params)) target.searchParams.set(name, value);
  return target;
}

async function toggle(opener) {
  const list = opener.closest("li").querySelector(".p-branch");
  const open = opener.getAttribute("aria-expanded") !== "true";
  if (open && !list.children.length) list.innerHTML = await fetched(opener.dataset.url);
  list.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  const name = opener.getAttribute("aria-label").replace(/^\S+ /, "");
  opener.setAttribute("aria-label", `${open ? "收起" : "展开"} ${name}`);
  opener.dispatchEvent(new CustomEvent("branch", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-branch]");
  if (!opener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  toggle(opener);
});

// Arrow keys walk along whatever can be reached with Tab in a tree.
function stops(tree) {
  return [...tree.querySelectorAll("a.name, button.p-choose, input, [data-branch]")].filter(
    (each) => each.offsetParent && !(each.dataset.branch !== undefined && each.nextElementSibling)
  );
}

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.(".p-noderow");
  const tree = event.target.closest?.(".p-tree");
  if (!row || !tree) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = stops(tree);
    const place = all.findIndex((each) => row.contains(each));
    all[place + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    event.preventDefault();
  }
  const opener = row.querySelector("[data-branch]");
  const open = opener?.getAttribute("aria-expanded") === "true";
  if (opener && (event.key === "ArrowRight" ? !open : event.key === "ArrowLeft" && open)) {
    toggle(opener);
    event.preventDefault();
  }
});

function searching(input, show, url, mode) {
  let timer = 0;
  let latest = 0;
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const turn = (latest += 1);
      const html = await fetched(withParams(url, { mode, q: input.value.trim() }));
      if (turn === latest) show(html);
    }, WAIT);
  });
}

function pickerOfOne(box) {
  const text = box.querySelector("[data-region-text]");
  const id = box.querySelector("[data-region-id]");
  const panel = box.querySelector("[data-region-panel]");
  const show = (html) => {
    panel.innerHTML = html;
    panel.hidden = false;
  };
  const open = async () => {
    if (!panel.hidden) return;
    show(await fetched(withParams(box.dataset.url, { mode: "one", q: id.value ? "" : text.value.trim() })));
  };
  const close = () => {
    panel.hidden = true;
  };
  text.addEventListener("click", open);
  text.addEventListener("input", () => {
    id.value = "";
  });
  searching(text, show, box.dataset.url, "one");
  box.addEventListener("keydown", async (event) => {
    if (event.key === "Escape") {
      close();
      text.focus();
    }
    if (event.key === "ArrowDown" && event.target === text) {
      event.preventDefault();
      await open();
      panel.querySelector("button.p-choose, [data-branch]")?.focus();
    }
  });
  panel.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-choose]");
    if (!chosen) return;
    id.value = chosen.dataset.choose;
    text.value = chosen.dataset.label || chosen.textContent.trim();
    close();
    text.focus();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) close();
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) close();
  });
}

function pickerOfSeveral(drop) {
  const tree = drop.querySelector("[data-regions-tree]");
  const list = drop.querySelector("[data-regions-chosen]");
  const text = drop.querySelector("[data-regions-text]");
  const only = drop.querySelector("[data-regions-only]");
  const below = drop.querySelector("[data-regions-below]");
  text.removeAttribute("name"); // with a script the text searches and is not sent
  for (const each of drop.querySelectorAll("[data-scripted]")) each.hidden = false;

  const chosen = () => [...list.querySelectorAll("input:checked")];

  function mark() {
    const paths = chosen().map((box) => box.dataset.path);
    for (const box of tree.querySelectorAll("input[type=checkbox]")) {
      box.checked = paths.includes(box.dataset.path);
      box.indeterminate = !box.checked && paths.some((path) => path.startsWith(box.dataset.path));
    }
  }

  function choose(box) {
    const old = [...list.querySelectorAll("input")].find((each) => each.value === box.value);
    if (old) old.closest("li").remove();
    if (box.checked) {
      const item = document.createElement("li");
      const label = item.appendChild(document.createElement("label"));
      const copy = label.appendChild(box.cloneNode());
      copy.name = drop.dataset.name;
      copy.checked = true;
      label.append(box.closest("label").firstChild.nextSibling?.firstChild?.textContent || box.closest("label").textContent.trim());
      list.append(item);
    }
    mark();
  }

  function show(html) {
    tree.innerHTML = html;
    mark();
  }

  drop.addEventListener("toggle", async () => {
    if (!drop.open) return;
    if (!tree.children.length) show(await fetched(withParams(drop.dataset.url, { mode: "many" })));
    text.focus();
  });
  searching(text, show, drop.dataset.url, "many");
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  tree.addEventListener("change", (event) => {
    event.stopPropagation();
    choose(event.target);
  });
  tree.addEventListener("branch", mark);
  list.addEventListener("change", (event) => {
    event.stopPropagation();
    event.target.closest("li").remove();
    mark();
  });
  below.addEventListener("change", () => {
    only.value = below.checked ? "" : "1";
  });
  drop.querySelector("[data-regions-clear]").addEventListener("click", () => {
    list.textContent = "";
    mark();
  });
}

document.querySelectorAll("[data-region-picker]").forEach(pickerOfOne);
document.querySelectorAll("[data-regions-picker]").forEach(pickerOfSeveral);
