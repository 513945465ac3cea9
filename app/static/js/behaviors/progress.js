// The answer to an action on many items comes while the action is carried out: shows its newest part in the dialog, in
// place of the form, until the answer is complete (app/web/actions/report.py).
const body = document.getElementById("dialog-body");
const NEXT = "<!--next-->";

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target !== body || ctx.request.method !== "POST") return;
  const send = ctx.fetch;
  ctx.fetch = async (address, options) => {
    const response = await send(address, options);
    if (!response.headers.has("X-Progress")) return response;
    clearTimeout(ctx.requestTimeout); // it takes as long as the action
    return new Response(await lastPart(response), response);
  };
});

async function lastPart(response) {
  const shown = document.createElement("div");
  shown.setAttribute("role", "status");
  const form = body.querySelector(".form-page");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return text;
      text += value;
      const parts = text.split(NEXT);
      text = parts.pop();
      if (!parts.length || !form?.isConnected) continue;
      shown.replaceChildren(...new DOMParser().parseFromString(parts.pop(), "text/html").body.children);
      form.hidden = true;
      if (!shown.isConnected) body.append(shown);
    }
  } finally {
    // for the error that may follow
    shown.remove();
    if (form) form.hidden = false;
  }
}
