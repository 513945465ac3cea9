// Runs before the first paint: sets the remembered theme, and says that scripts run.
(() => {
  const root = document.documentElement;
  let theme = null;
  try { theme = localStorage.getItem("theme"); } catch { /* storage may be forbidden: follow the system */ }
  if (theme !== "light" && theme !== "dark") theme = "auto";
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = theme;
  root.dataset.bsTheme = dark ? "dark" : "light";
  root.classList.add("js");
})();
