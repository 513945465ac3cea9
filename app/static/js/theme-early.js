// Runs before the first paint: applies the stored theme and marks the page as one that runs scripts.
(() => {
  const root = document.documentElement;
  // what the account has takes precedence
  let theme = root.dataset.themeChosen ?? null;
  try {
    theme ??= localStorage.getItem("theme");
  } catch {
    // storage can be blocked: follow the system
  }
  if (theme !== "light" && theme !== "dark") theme = "auto";
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = theme;
  root.dataset.bsTheme = dark ? "dark" : "light";
  root.classList.add("js");
})();
