// The order of the rows of a table. A row belongs to the one before it if it is [data-part-of] that one's id.
import { liveBlock } from "./live.js";

const IN_USE = "tbody:is(:hover, :has(:focus-visible))";

// the body of the table that the pointer or the keyboard focus is in, if it is in the live block
export function bodyInUse() {
  const inner = liveBlock()?.querySelector(IN_USE);
  const outer = inner?.parentElement.closest("tbody");
  return outer ?? inner ?? null;
}

// [the id of a row, that row and those that belong to it]
export function groups(body) {
  const found = new Map();
  for (const row of body.children) {
    const id = row.dataset.partOf ?? row.id;
    if (found.has(id)) found.get(id).push(row);
    else if (id) found.set(id, [row]);
  }
  return found;
}

export const ids = (body) => [...groups(body).keys()];

// the body of the same table in a fragment that is about to replace it
export function twin(fragment, body) {
  const next = new Map([...fragment.querySelectorAll("tbody > tr[id]")].map((row) => [row.id, row.parentElement]));
  const known = ids(body).find((id) => next.has(id));
  return known === undefined ? null : next.get(known);
}

// puts the rows in this order; those without a place stay at the end
export function arrange(body, order) {
  const rows = groups(body);
  const known = order.filter((id) => rows.has(id));
  const wanted = [...known, ...ids(body).filter((id) => !known.includes(id))].flatMap((id) => rows.get(id));
  if (wanted.every((row, index) => row === body.children[index])) return;
  const move = body.isConnected && body.moveBefore ? "moveBefore" : "insertBefore";
  wanted.forEach((row, index) => {
    if (row !== body.children[index]) body[move](row, body.children[index] ?? null);
  });
}
