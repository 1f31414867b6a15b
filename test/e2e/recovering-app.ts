import { Server } from "socket.io";

/** An application with connection state recovery on. */
export const io = new Server({ connectionStateRecovery: {} });

io.on("connection", (socket) => {
  socket.emit("welcome", socket.recovered);
  socket.on("enter", (room, ack) => {
    socket.data.entered = room;
    socket.join(room);
    ack();
  });
  socket.on("say", (room, text) => io.to(room).emit("news", text));
  socket.on("show", (ack) => ack(socket.id, [...socket.rooms], socket.data));
});
