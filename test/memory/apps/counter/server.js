const io = require("socket.io")();
let votes = 0;
const log = [];
const started = Math.random();
io.on("connection", (socket) => {
  socket.emit("votes", votes);
  socket.on("vote", () => {
    log.push(socket.id);
    io.emit("votes", ++votes);
  });
  socket.on("log", (ack) => ack(log, typeof started));
  socket.on("same", (ack) => {
    log.first ??= started;
    ack(log.first === started);
  });
});
