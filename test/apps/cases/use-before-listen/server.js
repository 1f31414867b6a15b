const { setTimeout: sleep } = require("node:timers/promises");
const http = require("node:http").createServer();
const { Server } = require("socket.io");

async function main() {
  const io = new Server(http);
  const keys = await sleep(20, ["secret"]);
  io.use((socket, next) =>
    next(keys.includes(socket.handshake.auth.key) ? undefined : new Error("no key")),
  );
  io.on("connection", (socket) => socket.emit("welcome", "in"));
  http.listen(process.env.PORT || 3000);
}
main();
