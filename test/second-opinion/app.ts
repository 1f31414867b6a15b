import { Server } from "socket.io";

/** An application whose client asks for what it says, and for every way in which an error can escape. */
export const io = new Server();

if (process.env.LEAVE === "exception") {
  setTimeout(() => {
    throw new Error("escaped");
  }, 50);
}

io.on("connection", (socket) => {
  socket.on("join", async (room: string) => {
    await socket.join(room);
    io.to(room).emit("joined", room);
  });
  socket.on("forget", () => {
    Promise.reject(new Error("forgotten"));
  });
  socket.on("throw", async () => {
    setTimeout(() => {
      throw new Error("thrown by a timer");
    }, 10);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  });
});
