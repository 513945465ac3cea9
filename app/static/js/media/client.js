// livekit-client without console output: the page reports what goes wrong.
export const client = window.LivekitClient;
client.setLogLevel("silent");
