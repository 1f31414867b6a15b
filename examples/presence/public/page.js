const ROOM = "team.red";
const socket = io();
const members = new Set();
const element = (id) => document.getElementById(id);

function show() {
  element("count").textContent = members.size;
  const lines = [...members].sort().map((id) => {
    const line = document.createElement("li");
    line.textContent = id === socket.id ? `${id} (this tab)` : id;
    return line;
  });
  element("members").replaceChildren(...lines);
}

socket.on("connect", async () => {
  await socket.emitWithAck("rooms:join", { room: ROOM });
  const { value } = await socket.emitWithAck("rooms:members", { room: ROOM });
  members.clear();
  for (const id of value.members) members.add(id);
  show();
});
socket.on("rooms:joined", ({ id }) => {
  members.add(id);
  show();
});
socket.on("rooms:left", ({ id }) => {
  members.delete(id);
  show();
});
