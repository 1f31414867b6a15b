const io = require("socket.io")();
class Game {
  constructor() {
    this.players = {};
    this.ticks = 0;
    setInterval(() => this.update(), 200);
  }
  add(socket) {
    this.players[socket.id] = { socket, x: 0 };
  }
  remove(id) {
    delete this.players[id];
  }
  update() {
    this.ticks++;
    for (const player of Object.values(this.players)) {
      player.x += 1;
      player.socket.emit("update", player.x, this.ticks);
    }
  }
}
const game = new Game();
io.on("connection", (socket) => {
  socket.on("join", () => game.add(socket));
  socket.on("disconnect", () => game.remove(socket.id));
});
