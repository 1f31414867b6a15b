const socket = io();
const element = (id) => document.getElementById(id);
let room;

socket.on("message", (text) => {
  const line = document.createElement("li");
  line.textContent = text;
  element("messages").append(line);
  element("typing").textContent = "\u00a0";
});
socket.on("typing", (name) => {
  element("typing").textContent = `${name} types …`;
});
// A connection that comes back is a new socket, in no room.
socket.on("connect", () => room && enter());

const enter = () => socket.emit("enter", room, element("name").value);

element("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  room = element("room").value;
  element("enter").hidden = true;
  element("say").hidden = false;
  if (socket.connected) enter();
});
element("say").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("say", room, element("text").value);
  element("say").reset();
});
element("text").addEventListener("input", () => socket.emit("typing", room));
