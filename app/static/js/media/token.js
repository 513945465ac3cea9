// Asks the dashboard for what is needed to join: by POST, so that it stands in no address. What failed comes as the dashboard's own words.
export async function mint(url, fields = {}) {
  const csrf = document.querySelector("input[name=csrf]").value;
  // as htmx asks: an answer of 401 then opens no password box
  const headers = { "HX-Request": "true", "X-CSRF-Token": csrf };
  const response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
  if (response.ok) return response.json();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const reason = (page.querySelector("[data-reason]") ?? page.querySelector("h1"))?.textContent.trim();
  throw Object.assign(new Error(reason || `The dashboard answered ${response.status}.`), { status: response.status });
}
