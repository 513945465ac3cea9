// [data-device]: which microphone, camera and speaker are used. Browsers name devices once one of them is in use.
import { client } from "./client.js";

const { Room, RoomEvent } = client;
const page = document.querySelector("[data-try]");
const problem = page.querySelector("[data-trouble]");
const EVENTS = [RoomEvent.Connected, RoomEvent.MediaDevicesChanged, RoomEvent.ActiveDeviceChanged];
let room = null;

function options(devices, active) {
  const named = devices.filter((device) => device.deviceId);
  if (!named.length) return [new Option(devices.length ? "Listed once it is on" : "None", "")];
  return named.map(({ label, deviceId }, index) => {
    return new Option(label || `Device ${index + 1}`, deviceId, false, deviceId === active);
  });
}

export async function listDevices() {
  for (const select of page.querySelectorAll("[data-device]")) {
    const kind = select.dataset.device;
    const devices = navigator.mediaDevices ? await Room.getLocalDevices(kind, false) : [];
    select.replaceChildren(...options(devices, room.getActiveDevice(kind)));
    select.disabled = !devices.some((device) => device.deviceId);
  }
}

export function followDevices(joined) {
  room = joined;
  for (const event of EVENTS) room.on(event, listDevices);
}

page.addEventListener("change", async ({ target }) => {
  if (!target.matches("[data-device]")) return;
  problem.hidden = true;
  try {
    await room.switchActiveDevice(target.dataset.device, target.value);
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
  listDevices();
});
