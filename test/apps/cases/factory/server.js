const { createServer } = require("node:http");
const { setTimeout: sleep } = require("node:timers/promises");
const { Server } = require("socket.io");

async function main() {
  await sleep(30);
  const server = createServer();
  const io = new Server(server);
  // Registered late, but before clients can reach it.
  const words = await sleep(30, ["pear", "plum"]);
  io.on("connection", (socket) => {
    socket.emit("welcome", words.length);
    socket.on("word", (n, answer) => answer(words[n]));
  });
  server.listen(process.env.PORT || 3000);
}
main();
