io = require("socket.io")();
global.users = [];
rounds = 0;
globalThis.seen ??= {};
globalThis["total"] ||= 0;
var words = ["one", "two"],
  at;
io.on("connection", (socket) => {
  users.push(socket.id);
  socket.on("next", (ack) => {
    rounds++;
    at = words[rounds % words.length];
    seen[at] = (seen[at] ?? 0) + 1;
    global.total++;
    ack(at, rounds, users.length, seen, total);
  });
  socket.on("disconnect", () => {
    global.users = users.filter((id) => id !== socket.id);
  });
});
