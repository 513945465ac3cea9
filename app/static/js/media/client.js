// livekit-client, quiet: what goes wrong is said on the page.
export const client = window.LivekitClient;
client.setLogLevel("silent");
