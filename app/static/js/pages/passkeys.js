// form[data-passkey]: before it is sent, the browser makes a passkey ("create") or uses one ("get"), as the dashboard
// asks at data-url; its answer goes into the form. Where browsers can't, the form stays hidden.
import { describe } from "../shared/failures.js";

const BYTES = ["challenge", "user.id", "excludeCredentials.*.id", "allowCredentials.*.id"];
const CANCELLED = {
  create: "No passkey was added: it was canceled, or it took too long. Try again when you're ready.",
  get: "No passkey was used: you canceled, it took too long, or this device has none. Try again.",
};
const FAILED = {
  InvalidStateError: "This device or security key already has a passkey for your account.",
  NotSupportedError: "This device or security key can't make a passkey for this dashboard. Try another one.",
  SecurityError: "The browser allows no passkeys at this address. Open the dashboard over HTTPS by its host name.",
};

function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// the parts of the options that are bytes arrive as base64url
function decode(value, path = "") {
  if (BYTES.includes(path)) return toBytes(value);
  if (Array.isArray(value)) return value.map((each) => decode(each, `${path}.*`));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, part]) => [name, decode(part, path ? `${path}.${name}` : name)]));
}

// by hand: password managers that replace the browser's own passkeys have no toJSON
function encode(credential) {
  const { id, rawId, type, response } = credential;
  const parts = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    // not of a new passkey: what counts is inside its attestation
    if (response[name] && (name === "attestationObject" || !response.attestationObject)) {
      parts[name] = toText(response[name]);
    }
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({ id, rawId: toText(rawId), type, response: parts });
}

function show(form, text) {
  const note = form.querySelector("[data-passkey-note]");
  note.textContent = text;
  note.hidden = !text;
}

async function ask(form) {
  const response = await fetch(`${form.dataset.url}?partial=1`);
  if (!response.ok) throw new Error(describe(response));
  const publicKey = decode(await response.json());
  const kind = form.dataset.passkey;
  return kind === "create" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
}

function reason(error, kind) {
  if (error.name === "NotAllowedError" || error.name === "AbortError") return CANCELLED[kind];
  if (error.name === "TypeError") return "The dashboard isn't responding. Try again.";
  return FAILED[error.name] ?? error.message;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-passkey]")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled || !form.reportValidity()) return;
  button.disabled = true;
  show(form, "");
  try {
    form.elements.credential.value = encode(await ask(form));
    form.submit();
  } catch (error) {
    show(form, reason(error, form.dataset.passkey));
    button.disabled = false;
    button.focus();
  }
});

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = false;
  for (const note of document.querySelectorAll("[data-passkey-unsupported]")) note.hidden = true;
}
