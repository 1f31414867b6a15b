const { setTimeout: sleep } = require("node:timers/promises");
const http = require("http").createServer();
const io = require("socket.io")(http);

const seen = [];
http.on("listening", () => seen.push("listening"));
http.on("error", () => seen.push("error"));
http.listen(process.env.PORT || 3000, async () => {
  const { port } = http.address();
  const words = await sleep(30, ["pear", "plum"]);
  io.on("connection", (socket) => {
    socket.emit("welcome", seen, http.listening, String(port) === String(process.env.PORT || 3000));
    socket.on("word", (n, answer) => answer(words[n]));
  });
});
