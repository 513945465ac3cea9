// Browsers block ws:// from a page that was loaded over HTTPS ("mixed content"), except to this computer
// (w3.org/TR/mixed-content). LiveKit is then never reached, and each check would blame something else.
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/;

// why this page cannot connect to an address of LiveKit, or "" if nothing prevents it
export function blockedReason(address) {
  const url = new URL(address);
  if (location.protocol !== "https:" || url.protocol !== "ws:" || LOOPBACK.test(url.hostname)) return "";
  return (
    `This page was loaded over HTTPS, so the browser blocks the unencrypted connection to ${address}. ` +
    `Set LIVEKIT_PUBLIC_URL to a wss:// address, such as wss://${url.hostname}, and restart the dashboard.`
  );
}
