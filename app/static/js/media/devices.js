// [data-device]: which microphone, camera and loudspeaker are used. Browsers name them once one of them is in use.
import { client } from "./client.js";

const { Room, RoomEvent } = client;
const page = document.querySelector("[data-try]");
const trouble = page.querySelector("[data-trouble]");
let room = null;

export async function list() {
  for (const select of page.querySelectorAll("[data-device]")) {
    const kind = select.dataset.device;
    const found = navigator.mediaDevices ? await Room.getLocalDevices(kind, false) : [];
    const known = found.filter((device) => device.deviceId);
    const options = known.map((device, at) => new Option(device.label || `Device ${at + 1}`, device.deviceId, false, device.deviceId === room.getActiveDevice(kind)));
    select.replaceChildren(...(options.length ? options : [new Option(found.length ? "named once it is on" : "none found", "")]));
    select.disabled = options.length === 0;
  }
}

export function follow(joined) {
  room = joined;
  for (const event of [RoomEvent.Connected, RoomEvent.MediaDevicesChanged, RoomEvent.ActiveDeviceChanged]) room.on(event, list);
}

page.addEventListener("change", async ({ target }) => {
  if (!target.matches("[data-device]")) return;
  trouble.hidden = true;
  try { await room.switchActiveDevice(target.dataset.device, target.value); } catch (error) {
    trouble.textContent = error.message;
    trouble.hidden = false;
  }
  list();
});
