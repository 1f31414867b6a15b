const io = require("socket.io")();
let waiting = null;
const last = {};
io.on("connection", (socket) => {
  socket.nick = `nick of ${socket.id}`;
  socket.on("play", () => {
    if (!waiting || waiting === socket) {
      waiting = socket;
      return socket.emit("wait");
    }
    last.pair = [waiting, socket];
    waiting.emit("go", socket.nick);
    socket.emit("go", waiting.nick);
    waiting = null;
  });
  socket.on("last", (ack) =>
    ack((last.pair ?? []).map((one) => [one.id, one.nick, one.connected])),
  );
  socket.on("poke", () => last.pair?.[0].emit("poked", socket.nick));
});
