// Rooms by name, who is in them, and who is put out of them.
const io = require("socket.io")();
const log = [];
const owners = new Map();
io.on("connection", (socket) => {
  let entered = 0;
  const name = socket.handshake.auth.name;
  socket.data.name = name;
  socket.on("enter", (room) => {
    socket.join(room);
    entered++;
    if (!owners.has(room)) owners.set(room, socket);
    socket.to(room).emit("entered", name, room, entered);
  });
  socket.on("exit", (room) => {
    socket.leave(room);
    if (owners.get(room) === socket) owners.delete(room);
    io.to(room).except("vip").emit("exited", name, owners.get(room)?.data.name);
  });
  socket.on("who", async (room, ack) => {
    const members = await io.in(room).fetchSockets();
    ack(
      members.map((one) => [one.data.name, [...one.rooms].slice(1)]),
      [...(io.sockets.adapter.rooms.get(room) ?? [])],
      owners.get(room)?.data.name,
    );
  });
  socket.on("all in", (room) => io.socketsJoin(room));
  socket.on("all out", (room) => io.in(room).socketsLeave(room));
  socket.on("kick", (room) => {
    const owner = owners.get(room);
    if (owner) owner.emit("kicked by", name, owner.connected);
    owner?.disconnect(entered % 2 === 0);
  });
  socket.on("clear", (room) => io.in(room).except(socket.id).disconnectSockets(true));
  socket.on("bye", () => {
    socket.emit("bye", entered);
    socket.disconnect(true);
  });
  socket.on("log", (ack) => ack(log, io.sockets.sockets.size, io.engine.clientsCount));
  socket.on("disconnecting", (reason) => log.push([name, reason, [...socket.rooms].slice(1)]));
  socket.on("disconnect", (reason) => {
    log.push([name, reason, entered]);
    for (const [room, owner] of owners) if (owner === socket) owners.delete(room);
    io.emit("gone", name, entered, [...owners.keys()]);
  });
});
