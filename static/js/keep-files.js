// A browser forgets chosen files once the page is left. So before a form with files is sent, ask
// whether one is still signed in; if not, the page stays, and one signs in beside it.

async function standing() {
  const answer = await fetch(window.location.href, { headers: { "X-Background": "1" } });
  if (new URL(answer.url).pathname.startsWith("/sign-in/")) return { signedIn: false };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { signedIn: true, token: page.querySelector("[name=csrfmiddlewaretoken]")?.value };
}

function hasFiles(form) {
  return [...form.elements].some((field) => field.type === "file" && field.files.length);
}

function tell(form, text, link) {
  form.querySelector(".p-keptfiles")?.remove();
  const note = document.createElement("div");
  note.className = "p-note due p-message p-keptfiles";
  note.setAttribute("role", "alert");
  const words = document.createElement("div");
  words.textContent = text;
  note.append(words);
  if (link) {
    const leads = document.createElement("a");
    leads.href = "/sign-in/";
    leads.target = "_blank";
    leads.rel = "noopener";
    leads.textContent = "在新窗口登录";
    words.append(leads);
  }
  form.prepend(note);
  note.scrollIntoView({ block: "center" });
}

async function send(form, submitter) {
  try {
    const { signedIn, token } = await standing();
    if (!signedIn) return tell(form, "登录已过期，还没有提交；选好的文件还在。登录后回到这里再提交：", true);
    if (token) form.elements.csrfmiddlewaretoken.value = token;
    form.dataset.checked = "1";
    form.requestSubmit(submitter);
  } catch {
    tell(form, "连不上服务器，还没有提交；选好的文件还在。请检查网络后再提交。");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.enctype !== "multipart/form-data" || form.dataset.checked || !hasFiles(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  send(form, event.submitter);
}, true);
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.checked;
});
