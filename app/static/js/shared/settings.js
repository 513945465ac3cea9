// What is remembered of the user's choices: in the browser, whose storage can be blocked, so that a choice lasts as
// long as the page; and in the account of a person who has one, which takes precedence.
import { notify } from "./messages.js";

const account = document.querySelector("meta[name=preferences]");
const chosen = account ? JSON.parse(account.content) : {};
const IN_ACCOUNT = /^(theme|refresh-every|keys|quality-order|views .*)$/;

export function recall(name) {
  if (name in chosen) return chosen[name];
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  if (account && IN_ACCOUNT.test(name)) keep(name, value);
  try {
    localStorage.setItem(name, value);
  } catch {
    // applied, but not remembered
  }
}

async function keep(name, value) {
  chosen[name] = value;
  const csrf = document.querySelector("input[name=csrf]")?.value ?? "";
  const body = new URLSearchParams({ csrf, name, value });
  try {
    const response = await fetch(account.dataset.keep, { method: "POST", body, keepalive: true });
    if (!response.ok) throw new Error(response.statusText);
  } catch {
    notify("Your account couldn't remember this choice. It applies in this browser.", "warn");
  }
}

// another tab of the dashboard changed it
export function onChange(name, apply) {
  addEventListener("storage", (event) => {
    if (event.key !== name) return;
    if (name in chosen) chosen[name] = event.newValue;
    apply(event.newValue);
  });
}
