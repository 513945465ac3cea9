// What the dashboard reports about a request that failed: the header X-Error holds the title and the reason as JSON
// (app/web/failures.py). A response without it comes from something in between, such as a proxy.
export function failure(response) {
  try {
    return JSON.parse(response.headers.get("x-error"));
  } catch {
    return null;
  }
}

export function describe(response) {
  const { title, reason } = failure(response) ?? {};
  return reason || title || `The dashboard returned an error (${response.status}) without details.`;
}
