// The side panel in which files the unit has already are chosen for an item.

let panel = null;

function close() {
  panel?.element.remove();
  panel?.opener.focus();
  panel = null;
}

function frame(opener) {
  close();
  const element = document.createElement("aside");
  element.className = "p-sidepanel";
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-label", "从已有材料中选用");
  element.innerHTML =
    '<div class="hd"><h2 class="p-h">从已有材料中选用</h2><button class="p-iconbtn" type="button" aria-label="关闭">×</button></div><div class="bd"></div>';
  element.querySelector("button").addEventListener("click", close);
  element.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.body.append(element);
  panel = { element, opener };
  return element.querySelector(".bd");
}

async function fill(body, url, done) {
  const answer = await fetch(url, { headers: { "X-Part": "1" } });
  if (answer.redirected || !answer.ok) return window.location.assign(url);
  body.innerHTML = await answer.text(); // made by our own server, from escaped text
  const find = body.querySelector("form[role=search]");
  find.addEventListener("submit", (event) => {
    event.preventDefault();
    fill(body, `${find.action}?${new URLSearchParams(new FormData(find))}`, done);
  });
  find.querySelector("a")?.addEventListener("click", (event) => {
    event.preventDefault();
    fill(body, event.currentTarget.href, done);
  });
  const form = body.querySelector("[data-reuseform]");
  form?.addEventListener("submit", (event) => choose(event, form, done));
  body.querySelector("input").focus();
}

async function choose(event, form, done) {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    close();
    done(told);
  } catch {
    form.submit();
  }
}

export async function openPanel(opener, done) {
  const body = frame(opener);
  try {
    await fill(body, opener.href, done);
  } catch {
    window.location.assign(opener.href);
  }
}
