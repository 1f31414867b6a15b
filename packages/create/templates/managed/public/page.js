const ROOM = "team.red";
const socket = io();
const element = (id) => document.getElementById(id);

socket.on("connect", async () => {
  await socket.emitWithAck("rooms:join", { room: ROOM });
  await count();
});
socket.on("disconnect", () => {
  element("users").textContent = "Connecting …";
});
socket.on("message", show);
socket.on("rooms:joined", count);
socket.on("rooms:left", count);

async function count() {
  const { value } = await socket.emitWithAck("rooms:members", { room: ROOM, count: true });
  element("users").textContent = `${value.count} here`;
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
  const message = { room: ROOM, event: "message", args: [text] };
  const answer = await socket.emitWithAck("rooms:send", message);
  if (answer.status === "error") show(`Not sent: ${answer.message}`);
});
