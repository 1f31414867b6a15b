const io = require("socket.io")();
const games = {};
io.on("connection", (socket) => {
  socket.on("create", (id) => {
    games[id] = { players: [socket.id], timer: null, handles: new Map() };
  });
  socket.on("join", (id, ack) => {
    const game = games[id];
    if (!game) return ack("no such game");
    game.players.push(socket.id);
    clearTimeout(game.timer);
    game.timer = setTimeout(() => io.emit("begin", id, game.players.length), 500);
    game.handles.set(socket.id, game.timer);
    ack("joined", game.players);
  });
  socket.on("cancel", (id) => {
    for (const timer of games[id]?.handles.values() ?? []) clearTimeout(timer);
    delete games[id];
  });
  socket.on("later", (id) => games[id]?.timer?.refresh?.());
});
