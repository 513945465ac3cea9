// [data-messages]: data packets as they come, newest last, and [data-say], which sends one to all. What others send is text, whatever it is.
import { client } from "./client.js";

const { RoomEvent } = client;
const MOST = 100;
const LONGEST = 2000;
const page = document.querySelector("[data-try]");
const messages = page.querySelector("[data-messages]");
const pattern = page.querySelector("template[data-message]");
const [text, topic, delivery] = ["try-text", "try-topic", "try-delivery"].map((id) => document.getElementById(id));
let room = null;

function add(from, about, said) {
  const item = pattern.content.firstElementChild.cloneNode(true);
  item.querySelector("[data-from]").textContent = from;
  const tag = item.querySelector("[data-topic]");
  tag.textContent = about;
  tag.hidden = !about;
  item.querySelector("[data-text]").textContent = said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
  messages.append(item);
  if (messages.childElementCount > MOST) messages.firstElementChild.remove();
  messages.scrollTop = messages.scrollHeight;
}

export function follow(joined) {
  room = joined;
  messages.replaceChildren();
  room.on(RoomEvent.DataReceived, (bytes, who, _kind, about) => add(who?.name || who?.identity || "the server", about ?? "", new TextDecoder().decode(bytes)));
}

page.querySelector("[data-say]").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!text.value) return;
  try {
    await room.localParticipant.publishData(new TextEncoder().encode(text.value), { reliable: delivery.value === "reliable", topic: topic.value || undefined });
    add("you", topic.value, text.value);
    text.value = "";
  } catch (error) { add("not sent", "", error.message); }
});
