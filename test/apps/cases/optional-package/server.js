const io = require("socket.io")(process.env.PORT || 3000);

let fast;
try {
  fast = require("a-faster-one");
} catch (error) {
  fast = error.code;
}
const load = (ask) => {
  try {
    return ask();
  } catch ({ code, message }) {
    return [code, message.split("\n")[0]];
  }
};
io.on("connection", (socket) => {
  socket.emit("welcome", fast);
  socket.on("late", (answer) => answer(load(() => require("not-installed/part"))));
});
