// How long the rest will take at the present pace, asked of the server now and then.

const SOON = 1500; // whoever goes quickly asks once, not after each item
let waiting = null;

export async function sayPace(slot) {
  try {
    const answer = await fetch(slot.dataset.pace, { headers: { "X-Background": "1" } });
    if (answer.ok) slot.textContent = (await answer.json()).words;
  } catch {
    // without a line there is no estimate
  }
}

export function paceSoon(slot) {
  clearTimeout(waiting);
  waiting = setTimeout(sayPace, SOON, slot);
}
