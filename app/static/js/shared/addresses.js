// On a page opened as https://user:password@host/, relative addresses inherit the credentials, and fetch() rejects
// such addresses.
export function withoutCredentials(address) {
  const url = new URL(address, location.href);
  url.username = "";
  url.password = "";
  return url.href;
}
