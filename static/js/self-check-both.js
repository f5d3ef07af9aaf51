// Two contents of one item side by side: what the server has, and what is written here.

import { words } from "./self-check-field.js";

function make(tag, css, text) {
  const made = document.createElement(tag);
  if (css) made.className = css;
  if (text !== undefined) made.textContent = text;
  return made;
}

// The part in the middle by which two texts differ stands out.
function marked(text, other) {
  let start = 0;
  while (start < text.length && start < other.length && text[start] === other[start]) start += 1;
  let end = 0;
  const longest = Math.min(text.length, other.length) - start;
  while (end < longest && text[text.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  const cell = make("td", "sc-text");
  if (!text) return make("td", "muted", "（没有说明）");
  cell.append(text.slice(0, start), make("mark", "", text.slice(start, text.length - end)), text.slice(text.length - end));
  return cell;
}

function row(heading, ...cells) {
  const made = make("tr");
  const head = make("th", "", heading);
  head.scope = "row";
  made.append(head, ...cells);
  return made;
}

function table(element, kind, theirs, mine, headings) {
  const made = make("table", "p-table");
  const head = make("tr");
  for (const text of ["", ...headings]) head.append(make("th", "", text));
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  const [one, other] = [words(element, kind, theirs.value), words(element, kind, mine.value)];
  if (one !== other) body.append(row("填报", make("td", "", one), make("td", "", other)));
  if (theirs.statement !== mine.statement) body.append(row("说明", marked(theirs.statement, mine.statement), marked(mine.statement, theirs.statement)));
  made.append(top, body);
  return made;
}

export function showBoth(element, kind, { title, theirs, mine, headings, useMine, useTheirs }) {
  const place = element.querySelector("[data-conflict]");
  const box = make("section", "sc-both");
  box.setAttribute("role", "alert");
  const acts = make("div", "sc-acts");
  const choose = (label, css, act) => {
    const button = make("button", css, label);
    button.type = "button";
    button.addEventListener("click", () => {
      place.textContent = "";
      act();
    });
    acts.append(button);
  };
  choose("用我写的", "btn btn-sm", useMine);
  choose("用已保存的", "btn btn-sm", useTheirs);
  box.append(make("h4", "", title), table(element, kind, theirs, mine, headings), acts);
  place.textContent = "";
  place.append(box);
}
