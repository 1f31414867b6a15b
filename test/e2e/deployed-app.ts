import { Server } from "socket.io";

/** What `app.ts` becomes with the next deployment: another set of listeners, for sockets that are connected. */
export const io = new Server();

io.on("connection", (socket) => {
  socket.emit("welcome by the new version");
  socket.on("version", (answer) => answer(2, socket.data.connects, socket.rooms.size));
  socket.on("say", (room, answer) => {
    io.to(room).emit("said by the new version");
    answer();
  });
});
