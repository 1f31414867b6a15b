import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "socket.io";

/** A handler that takes four seconds, and one that takes no time. */
export const io = new Server();
io.on("connection", (socket) => {
  socket.on("slow", async () => {
    await sleep(4000);
    socket.emit("ended");
  });
  socket.on("fast", (ack: () => void) => ack());
});
