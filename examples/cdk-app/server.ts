import { Server } from "socket.io";

export const io = new Server();

io.on("connection", (socket) => {
  socket.on("follow", (order: string, ack: () => void) => {
    socket.join(`order.${order}`);
    ack();
  });
});
