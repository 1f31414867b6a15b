const io = require("socket.io")();
io.use((socket, next) => {
  socket.username = socket.handshake.auth.name ?? "nobody";
  socket.profile = { seen: new Set([socket.username]), since: new Date(1e12) };
  next();
});
io.on("connection", (socket) => {
  socket.emit(
    "names",
    [...io.of("/").sockets.values()].map((one) => one.username),
  );
  socket.use(([event], next) => {
    socket.profile.seen.add(event);
    next();
  });
  socket.on("seen", (ack) => ack([...socket.profile.seen], socket.profile.since.getTime()));
  socket.on("rename", (name) => {
    socket.username = name;
    socket.data.names = [...(socket.data.names ?? []), name];
  });
  socket.on("all", (ack) =>
    ack([...io.sockets.sockets.values()].map((one) => [one.username, one.data.names])),
  );
  socket.on("count", (ack) => ack(io.engine.clientsCount));
});
