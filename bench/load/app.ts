import { Server } from "socket.io";

/** What the clients of the load test talk to: each event is answered when its effects have been made. */
export const io = new Server();
io.on("connection", (socket) => {
  socket.on("join", async (room: string, ack: () => void) => {
    await socket.join(room);
    ack();
  });
  socket.on("leave", async (room: string, ack: () => void) => {
    await socket.leave(room);
    ack();
  });
  socket.on("say", (room: string, id: number, text: string, ack: () => void) => {
    io.to(room).emit("said", id, text);
    ack();
  });
});
