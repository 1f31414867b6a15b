const io = require("socket.io")();
let n = 0;
const beat = setInterval(() => io.emit("tick", ++n), 1000);
setTimeout(() => io.emit("once at load"), 1500);
io.on("connection", (socket) => {
  socket.on("stop", () => clearInterval(beat));
  socket.on("n", (ack) => ack(n));
});
