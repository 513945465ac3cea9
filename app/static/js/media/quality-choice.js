// a[data-quality-choice]: the browser remembers whether the pages of rooms show the quality of connections. In a
// cookie, because the server has to permit that page to reach LiveKit (app/routes/rooms/room_page.py).
const YEAR = 365 * 24 * 3600;

document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[data-quality-choice]");
  if (!link) return;
  const { qualityChoice, cookie, cookiePath } = link.dataset;
  const age = qualityChoice === "on" ? YEAR : 0;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${cookie}=on; path=${cookiePath}; max-age=${age}; samesite=lax${secure}`;
});
