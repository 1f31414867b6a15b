import { Server } from "socket.io";

/** Answers each event with one, so that a client knows when it has been handled. */
export const io = new Server();
io.on("connection", (socket) => {
  socket.on("burst", () => socket.emit("done"));
});
