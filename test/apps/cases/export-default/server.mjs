import { Server } from "socket.io";

const io = new Server(Number(process.env.PORT || 3000));
io.of("/chat").on("connection", (socket) => socket.emit("welcome", "to chat"));
io.on("connection", (socket) => {
  socket.emit("welcome", "to all");
  socket.on("hi", (answer) => answer(typeof io));
});

export default io;
