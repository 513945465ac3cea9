// What the browser remembers of the user's choices. Storage can be blocked: a choice then lasts as long as the page.
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // applied, but not remembered
  }
}

// another tab of the dashboard changed it
export function onChange(name, apply) {
  addEventListener("storage", (event) => {
    if (event.key === name) apply(event.newValue);
  });
}
