// [data-messages]: data packets as they arrive, newest last, and [data-say], which sends one to everybody. What others
// send is shown as text, whatever it contains.
import { client } from "./client.js";

const { RoomEvent } = client;
const MAX_MESSAGES = 100;
const MAX_LENGTH = 2000;
const page = document.querySelector("[data-try]");
const list = page.querySelector("[data-messages]");
const template = page.querySelector("template[data-message]");
const [text, topic, delivery] = ["try-text", "try-topic", "try-delivery"].map((id) => document.getElementById(id));
let room = null;

function add(sender, about, content) {
  const item = template.content.firstElementChild.cloneNode(true);
  const tag = item.querySelector("[data-topic]");
  item.querySelector("[data-from]").textContent = sender;
  tag.textContent = about;
  tag.hidden = !about;
  const tooLong = content.length > MAX_LENGTH;
  item.querySelector("[data-text]").textContent = tooLong ? `${content.slice(0, MAX_LENGTH)}…` : content;
  list.append(item);
  if (list.childElementCount > MAX_MESSAGES) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
}

export function followMessages(joined) {
  room = joined;
  list.replaceChildren();
  room.on(RoomEvent.DataReceived, (bytes, sender, _kind, about) => {
    add(sender?.name || sender?.identity || "Server", about ?? "", new TextDecoder().decode(bytes));
  });
}

page.querySelector("[data-say]").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!text.value) return;
  const options = { reliable: delivery.value === "reliable", topic: topic.value || undefined };
  try {
    await room.localParticipant.publishData(new TextEncoder().encode(text.value), options);
    add("You", topic.value, text.value);
    text.value = "";
  } catch (error) {
    add("Not sent", "", error.message);
  }
});
