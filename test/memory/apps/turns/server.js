const io = require("socket.io")();
const TURN = 30_000;
const players = [];
let turn = 0;
let timer = null;
const next = () => {
  turn = (turn + 1) % Math.max(players.length, 1);
  io.emit("turn", players[turn]?.id, turn);
  clearTimeout(timer);
  timer = players.length > 0 ? setTimeout(next, TURN) : null;
};
function createClock(io) {
  let seconds = 0;
  const listeners = [];
  const tick = () => {
    seconds++;
    for (const one of listeners) one(seconds);
  };
  setInterval(tick, 1000);
  return { onTick: (fn) => listeners.push(fn), get: () => seconds };
}
const clock = createClock(io);
clock.onTick((seconds) => {
  if (seconds % 20 === 0) io.emit("clock", seconds);
});
io.on("connection", (socket) => {
  const player = { id: socket.id, moves: 0 };
  players.push(player);
  if (players.length === 1) timer = setTimeout(next, TURN);
  socket.on("move", (ack) => {
    if (players[turn] !== player) return ack("not your turn");
    player.moves++;
    next();
    ack("moved", player.moves, clock.get());
  });
  socket.on("disconnect", () => {
    players.splice(players.indexOf(player), 1);
    if (turn >= players.length) next();
  });
});
