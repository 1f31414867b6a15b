import { connect } from "/client/index.mjs";

const ROOM = "team.red";
const element = (id) => document.getElementById(id);
// The same host serves the page and the WebSocket.
const rooms = connect("/socket.io/");

rooms.onStatus((status) => {
  if (status !== "connected") element("users").textContent = "Connecting …";
});
rooms.on("message", (text) => show(text));
rooms.onPresence(ROOM, count);
await rooms.join(ROOM);
await count();

async function count() {
  element("users").textContent = `${await rooms.count(ROOM)} here`;
}

function show(text) {
  const line = document.createElement("li");
  line.textContent = text;
  element("messages").append(line);
  line.scrollIntoView();
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = element("text").value;
  element("form").reset();
  try {
    await rooms.send(ROOM, "message", text);
  } catch (error) {
    show(`Not sent: ${error.message}`);
  }
});
