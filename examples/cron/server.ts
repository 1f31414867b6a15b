import { Server } from "socket.io";

export const io = new Server();

io.on("connection", (socket) => {
  socket.on("read", (ack: () => void) => {
    socket.join("news");
    ack();
  });
});
