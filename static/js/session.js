// Half an hour without a click ends the session. Two minutes before, say so and offer to go on.

const LENGTH = Number(document.body.dataset.session) * 1000;
const NOTICE = 2 * 60 * 1000;
const SEEN = "portal-seen"; // shared by the tabs of one browser

let strip = null;

function seen() {
  return Number(localStorage.getItem(SEEN)) || Date.now();
}

function seenNow() {
  localStorage.setItem(SEEN, String(Date.now()));
  strip?.remove();
  strip = null;
}

async function goOn() {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  try {
    const answer = await fetch("/ping/", { method: "POST", headers: { "X-CSRFToken": token } });
    const { signed_in: signedIn } = await answer.json();
    if (signedIn) return seenNow();
    show(true);
  } catch {
    say("连不上服务器，内容已存在本机。请检查网络后再试。");
  }
}

function say(text) {
  strip.querySelector("p").textContent = text;
}

function button(label, css, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = css;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function signIn() {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in/?kept=1&next=${encodeURIComponent(here)}`);
}

function show(over) {
  strip?.remove();
  strip = document.createElement("section");
  strip.className = `p-strip-notice${over ? " over" : ""}`;
  strip.setAttribute("role", "alertdialog");
  strip.setAttribute("aria-label", "登录时间");
  const text = document.createElement("p");
  const act = over
    ? button("重新登录", "btn btn-primary", signIn)
    : button("继续使用", "btn btn-primary", goOn);
  strip.append(text, act);
  document.body.append(strip);
  say(
    over
      ? "登录已过期。填写的内容已存在本机，重新登录后回到这一页继续。"
      : "已有一段时间没有操作，2 分钟后将自动退出。填写的内容会先保存。",
  );
  act.focus({ preventScroll: true });
}

function look() {
  const left = seen() + LENGTH - Date.now();
  if (left > NOTICE) {
    if (strip) seenNow();
    return;
  }
  if (!strip || (left <= 0 && !strip.classList.contains("over"))) {
    document.dispatchEvent(new Event("portal:keep"));
    show(left <= 0);
  }
}

if (LENGTH) {
  localStorage.setItem(SEEN, String(Date.now()));
  document.addEventListener("portal:seen", seenNow);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.requestConfig.headers["X-Background"]) seenNow();
  });
  setInterval(look, 5000);
}
