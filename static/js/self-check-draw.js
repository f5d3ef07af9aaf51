// Redraws what the server told after saving an item: points, what is lacking, sections, ring.

const ROUND = 188.5;
const page = document.querySelector("[data-check]");

const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

function say(selector, text) {
  all(selector, (element) => { element.textContent = text; });
}

export function drawItem(element, told) {
  const points = element.querySelector("[data-points]");
  if (points) points.textContent = told.points || (element.dataset.kind === "deduction" ? "0" : "—");
  const lacks = element.querySelector("[data-lacks]");
  lacks.hidden = told.lacks.length === 0;
  lacks.querySelector("div").textContent = told.lacks.join("");
}

export function drawPage(told) {
  drawPart(told.part);
  all("[data-arc]", (arc) => arc.setAttribute("stroke-dasharray", `${(ROUND * told.ring.percent) / 100} ${ROUND}`));
  all("[data-ring]", (ring) => ring.setAttribute("aria-label", `已完成 ${told.ring.percent}%`));
  say("[data-percent]", `${told.ring.percent}%`);
  say("[data-done]", told.ring.done);
  say("[data-of]", told.ring.of);
  say("[data-total]", told.total);
  say("[data-missing-words]", told.missing.length ? `还差 ${told.missing.length} 项` : "都已填好");
  drawMissing(told.missing);
}

function drawPart(part) {
  const text = part.of ? `${part.done}/${part.of}` : "选填";
  all(`[data-part="${part.pk}"] small, [data-part="${part.pk}"] span`, (count) => {
    count.textContent = text;
    if (count.tagName === "SPAN") count.className = part.of ? (part.done < part.of ? "lack" : "ok") : "";
  });
  if (String(part.pk) === page.dataset.section) say("[data-part-claimed]", part.claimed);
}

function drawMissing(missing) {
  const list = document.querySelector("[data-missing]");
  list.textContent = "";
  for (const each of missing) {
    const link = document.createElement("a");
    link.className = "p-secsmini";
    link.href = `${window.location.pathname.replace(/\d+\/$/, `${each.section}/`)}#item-${each.pk}`;
    link.textContent = `${each.code}　${each.text}`;
    link.dataset.leave = "";
    list.append(link);
  }
}
