const { randomUUID } = require("node:crypto");
const { Server } = require("socket.io");

const io = new Server(process.env.PORT || 3000);
const copy = randomUUID();

setInterval(() => io.emit("tick", copy), 1000);

io.on("connection", (socket) => {
  socket.emit("welcome");
  socket.on("ask", async (done) => done(await socket.emitWithAck("question")));
});
