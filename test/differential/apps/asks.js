// The server asks, and keeps what clients answer.
const io = require("socket.io")();
const answers = [];
let asked = 0;
io.on("connection", (socket) => {
  let mine = 0;
  socket.on("ask me", () => {
    const number = ++asked;
    socket.emit("question", number, (...given) => {
      answers.push([number, ...given]);
      mine += given.length;
      socket.emit("thanks", mine, answers.length);
    });
  });
  socket.on("ask me and wait", async (ack) => {
    const given = await socket.emitWithAck("question", ++asked);
    mine++;
    ack(given, mine);
  });
  socket.on("ask me in time", async (ack) => {
    const [given, number] = [await socket.timeout(5000).emitWithAck("question", ++asked), asked];
    ack(given, number);
  });
  socket.on("ask later", () => {
    setTimeout(() => socket.emit("question", "late", (given) => answers.push(given)), 300);
  });
  socket.on("answers", (ack) => ack(answers, asked));
});
