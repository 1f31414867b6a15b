// The stock socket.io-client against the endpoint of this host, or of `?url=wss://…/prod`.
const endpoint = new URL(new URLSearchParams(location.search).get("url") ?? "/prod", location.href);
const $ = (id) => document.getElementById(id);

/** Joined rooms, by name: their element on the page. */
const rooms = new Map();
let socket;

$("name").value = `guest-${Math.floor(Math.random() * 900 + 100)}`;

$("connect").addEventListener("submit", (event) => {
  event.preventDefault();
  if (socket) disconnect();
  else connect($("namespace").value);
});

function connect(namespace) {
  socket = io(endpoint.origin + namespace, { path: endpoint.pathname, transports: ["websocket"] });
  showStatus("connecting …");
  setConnected(true);

  socket.on("connect", () => {
    showStatus(`connected to ${namespace} as ${socket.id}`);
    // After a reconnect this is a new socket, which is in no room yet.
    for (const room of rooms.keys()) request("rooms:join", { room });
  });
  socket.on("connect_error", (error) => showStatus(`cannot connect: ${error.message}`));
  socket.on("disconnect", (reason) => showStatus(`disconnected: ${reason}`));
  socket.on("message", (text, { room, from, scope }) => show(room, { text, from, scope }));
}

function disconnect() {
  socket.disconnect();
  socket = undefined;
  for (const room of rooms.keys()) remove(room);
  setConnected(false);
  showStatus("not connected");
}

$("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  const room = $("room").value.trim();
  $("error").hidden = true;
  if (!room || rooms.has(room)) return;
  if (!(await request("rooms:join", { room }))) return;
  add(room);
  announce(room, "joined");
});

async function leave(room) {
  announce(room, "left");
  if (await request("rooms:leave", { room })) remove(room);
}

function announce(room, what) {
  const args = [`${$("name").value} ${what}`, { room }];
  return request("rooms:send", { room, event: "message", args, scope: "room" });
}

/** Asks for a managed room action; `false` if it was refused, and says why. */
function request(event, payload) {
  return new Promise((resolve) => {
    socket.emit(event, payload, (result) => {
      const refused = result.status === "error";
      $("error").hidden = !refused;
      $("error").textContent = refused ? result.message : "";
      resolve(!refused);
    });
  });
}

function add(room) {
  const element = $("room-template").content.firstElementChild.cloneNode(true);
  element.dataset.room = room;
  element.querySelector(".room-name").textContent = room;
  element.querySelector(".leave").addEventListener("click", () => leave(room));
  element.querySelector(".send").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = element.querySelector(".text");
    const scope = element.querySelector(".scope").value;
    const args = [text.value, { room, from: $("name").value, scope }];
    request("rooms:send", { room, event: "message", args, scope });
    text.value = "";
  });
  rooms.set(room, element);
  $("rooms").append(element);
}

function remove(room) {
  rooms.get(room).remove();
  rooms.delete(room);
}

const scopeNotes = { others: "to everyone but the sender", self: "to the sender alone" };

function show(room, { text, from, scope }) {
  const list = rooms.get(room)?.querySelector(".messages");
  if (!list) return;
  const item = document.createElement("li");
  if (from) item.append(span("from", from));
  else item.className = "notice";
  item.append(text);
  if (scopeNotes[scope]) item.append(span("scope-note", scopeNotes[scope]));
  list.append(item);
  list.scrollTop = list.scrollHeight;
}

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

function showStatus(text) {
  $("status").textContent = text;
}

function setConnected(connected) {
  document.querySelector("main").hidden = !connected;
  $("connect-button").textContent = connected ? "Disconnect" : "Connect";
  for (const id of ["name", "namespace"]) $(id).disabled = connected;
}
