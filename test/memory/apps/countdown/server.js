const io = require("socket.io")();
io.on("connection", (socket) => {
  socket.on("start", (seconds) => {
    let left = seconds;
    io.emit("left", left);
    const timer = setInterval(() => {
      io.emit("left", --left);
      if (left > 0) return;
      clearInterval(timer);
      io.emit("over", socket.id);
    }, 1000);
    socket.on("faster", () => {
      left -= 1;
    });
    socket.once("stop", () => clearInterval(timer));
  });
});
