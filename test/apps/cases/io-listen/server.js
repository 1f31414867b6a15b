const { Server } = require("socket.io");

const io = new Server();
io.on("connection", (socket) => {
  socket.emit("welcome", io.httpServer.listening, typeof io.httpServer.address().port);
});
io.listen(process.env.PORT || 3000);
