import { Server } from "socket.io";

export const io = new Server();

io.on("connection", (socket) => {
  socket.on("join", (room: string, ack: (answer: string) => void) => {
    socket.join(room);
    socket.to(room).emit("message", `${socket.id} joined ${room}`);
    ack(`You joined ${room}`);
  });

  socket.on("say", (room: string, text: string) => {
    io.to(room).emit("message", text);
  });
});
