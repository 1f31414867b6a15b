// Namespaces with state of their own and in common, also such that come when a client asks for them.
const io = require("socket.io")();
const scores = { main: 0, team: 0 };
const games = new Map();
const team = io.of("/team");
const notes = [];
team.use((socket, next) => {
  socket.seat = notes.push(`seat of ${socket.handshake.auth.name}`);
  next();
});
io.on("connection", (socket) => {
  socket.on("score", () => {
    scores.main++;
    team.emit("scores", scores);
  });
  socket.on("tell", (text) => io.of("/team").to("all").emit("told", text, socket.id));
  socket.on("games", (ack) => ack([...games].map(([name, { moves, players }]) => [name, moves, players.size])));
});
team.on("connection", (socket) => {
  let mine = 0;
  socket.join("all");
  socket.on("score", (ack) => {
    mine += socket.seat;
    scores.team += mine;
    io.emit("scores", scores);
    ack(mine, notes.length);
  });
  socket.on("disconnect", (reason) => {
    notes.push(reason);
    team.emit("left", mine, notes.length);
  });
});
io.of(/^\/game-\d$/).on("connection", (socket) => {
  const { name } = socket.nsp;
  const game = games.get(name) ?? { moves: 0, players: new Set() };
  games.set(name, game);
  game.players.add(socket);
  let timer;
  socket.on("move", () => {
    clearTimeout(timer);
    timer = setTimeout(() => socket.nsp.emit("idle", name, game.moves), 700);
    socket.nsp.emit("moved", ++game.moves, game.players.size, socket.nsp.sockets.size);
  });
  socket.on("disconnect", () => {
    game.players.delete(socket);
    if (game.players.size === 0) games.delete(name);
  });
});
