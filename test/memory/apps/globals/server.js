io = require("socket.io")();
global.users = [];
rounds = 0;
var words = ["one", "two"],
  at;
io.on("connection", (socket) => {
  users.push(socket.id);
  socket.on("next", (ack) => {
    rounds++;
    at = words[rounds % words.length];
    ack(at, rounds, users.length);
  });
  socket.on("disconnect", () => {
    global.users = users.filter((id) => id !== socket.id);
  });
});
