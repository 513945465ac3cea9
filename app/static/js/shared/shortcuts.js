// Shortcuts of a single character can be turned off (WCAG 2.1.4). None works in a field or while a dialog is open.
const dialog = document.getElementById("dialog");
const BUTTON_TYPES = ["checkbox", "radio", "button", "submit", "reset"].map((type) => `[type=${type}]`).join(", ");
const FIELDS = `input:not(${BUTTON_TYPES}), textarea, select, [contenteditable]:not([contenteditable=false])`;

export const single = { on: true };

export function isForShortcut(event) {
  if (event.defaultPrevented || event.isComposing || dialog?.open) return false;
  return !event.target.closest?.(FIELDS);
}

// the character of a shortcut, or null
export function character(event) {
  if (!single.on || event.altKey || event.ctrlKey || event.metaKey) return null;
  return isForShortcut(event) ? event.key : null;
}
