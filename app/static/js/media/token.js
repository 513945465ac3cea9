// Requests a token to join with, by POST, so that it is part of no address. Errors carry the dashboard's own message.
import { describe } from "../shared/failures.js";
import { withoutCredentials } from "../shared/addresses.js";

export async function requestToken(address, fields = {}) {
  const csrf = document.querySelector("input[name=csrf]").value;
  // like a poll of htmx (app/web/failures.py): a 401 then opens no password prompt
  const headers = { "HX-Request": "true", "HX-Source": "div#live", "X-CSRF-Token": csrf };
  const body = new URLSearchParams(fields);
  const response = await fetch(withoutCredentials(address), { method: "POST", headers, body });
  if (response.ok) return response.json();
  throw Object.assign(new Error(describe(response)), { status: response.status });
}
