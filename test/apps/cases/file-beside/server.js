const fs = require("fs");
const path = require("path");
const { colours } = require("./lib/colours");
const io = require("socket.io")(process.env.PORT || 3000);

const words = fs.readFileSync(path.join(__dirname, "words.txt"), "utf8").trim().split("\n");
io.on("connection", (socket) => {
  socket.emit("welcome", path.basename(__filename));
  socket.on("word", (n, answer) => answer(words[n], colours[n]));
});
