// Two contents of one piece side by side: what the server has, and what is written here.

function make(tag, css, text) {
  const made = document.createElement(tag);
  if (css) made.className = css;
  if (text !== undefined) made.textContent = text;
  return made;
}

// The part in the middle by which two texts differ stands out.
function marked(text, other, empty) {
  let start = 0;
  while (start < text.length && start < other.length && text[start] === other[start]) start += 1;
  let end = 0;
  const longest = Math.min(text.length, other.length) - start;
  while (end < longest && text[text.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  const cell = make("td", "p-bothtext");
  if (!text) return make("td", "muted", empty);
  cell.append(text.slice(0, start), make("mark", "", text.slice(start, text.length - end)), text.slice(text.length - end));
  return cell;
}

function line({ heading, theirs, mine, empty = "（空）" }) {
  const made = make("tr");
  const head = make("th", "", heading);
  head.scope = "row";
  made.append(head, marked(theirs, mine, empty), marked(mine, theirs, empty));
  return made;
}

function table(rows, headings) {
  const made = make("table", "p-table");
  const head = make("tr");
  for (const text of ["", ...headings]) head.append(make("th", "", text));
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  body.append(...rows.filter((row) => row.theirs !== row.mine).map(line));
  made.append(top, body);
  return made;
}

// `rows`: {heading, theirs, mine, empty}; those that are alike are left out.
export function showBoth(place, { title, rows, headings, useMine, useTheirs }) {
  const box = make("section", "p-both");
  box.setAttribute("role", "alert");
  const acts = make("div", "p-bothacts");
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
  box.append(make("h4", "", title), table(rows, headings), acts);
  place.textContent = "";
  place.append(box);
}
