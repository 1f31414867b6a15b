const socket = io();
const element = (id) => document.getElementById(id);
let name;

socket.on("connect", () => {
  element("users").textContent = "Connected";
  if (name) socket.emit("enter", name);
});
socket.on("disconnect", () => {
  element("users").textContent = "Connecting …";
});
socket.on("users", (names) => {
  element("users").textContent = `Here: ${names.join(", ")}`;
});
socket.on("message", (text) => {
  const line = document.createElement("li");
  line.textContent = text;
  element("messages").append(line);
  line.scrollIntoView();
});

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = element("text").value;
  element("form").reset();
  if (name) return socket.emit("say", text);
  name = text;
  // Else `connect` does it.
  if (socket.connected) socket.emit("enter", name);
  document.querySelector("label").textContent = "Message";
  document.querySelector("button").textContent = "Send";
});
