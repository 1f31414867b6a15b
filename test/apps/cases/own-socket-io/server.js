const io = require("socket.io")(process.env.PORT || 3000);
const { Server, Namespace } = require("socket.io");

io.on("connection", (socket) => {
  socket.emit("welcome", io instanceof Server, io.sockets instanceof Namespace);
  socket.on("hi", (answer) => answer("hello"));
});
