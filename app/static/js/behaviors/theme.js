// The theme button: auto, light, dark. The choice is remembered; auto follows the system while the page is open.
import { onChange, remember } from "../shared/settings.js";

const ORDER = ["auto", "light", "dark"];
const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function show(theme) {
  const dark = theme === "dark" || (theme === "auto" && systemDark.matches);
  root.dataset.theme = theme;
  root.dataset.bsTheme = dark ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.title = `Theme: ${theme === "auto" ? "system" : theme}`;
    button.querySelector("[data-theme-label]").textContent = theme;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const theme = ORDER[(ORDER.indexOf(root.dataset.theme) + 1) % ORDER.length];
  remember("theme", theme);
  show(theme);
});

systemDark.addEventListener("change", () => show(root.dataset.theme));
onChange("theme", (value) => show(ORDER.includes(value) ? value : "auto"));
show(root.dataset.theme);
