// The theme button: auto, light, dark, auto … remembered; auto follows the system while the page is open.
const ORDER = ["auto", "light", "dark"];
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function show(theme) {
  root.dataset.theme = theme;
  root.dataset.bsTheme = theme === "auto" ? (system.matches ? "dark" : "light") : theme;
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.title = `Theme: ${theme === "auto" ? "as the system" : theme}`;
    button.querySelector("[data-theme-label]").textContent = theme;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const theme = ORDER[(ORDER.indexOf(root.dataset.theme) + 1) % ORDER.length];
  try { localStorage.setItem("theme", theme); } catch { /* not remembered, but shown */ }
  show(theme);
});

system.addEventListener("change", () => show(root.dataset.theme));
// another tab of the dashboard chose
addEventListener("storage", (event) => { if (event.key === "theme") show(ORDER.includes(event.newValue) ? event.newValue : "auto"); });
show(root.dataset.theme);
