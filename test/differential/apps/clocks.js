// Timers that set, clear, refresh and outlive each other.
const io = require("socket.io")();
const timers = new Map();
let chain = 0;
let beats = 0;
function step(socket, left) {
  chain++;
  socket.emit("step", left, chain);
  if (left > 0) timers.set(socket.id, setTimeout(step, 120 * left, socket, left - 1));
}
function poll() {
  beats++;
  if (beats < 40) setTimeout(poll, 3000);
}
setTimeout(poll, 3000);
class Round {
  #left = 3;
  static running = 0;
  constructor(room) {
    this.room = room;
    Round.running++;
    this.timer = setInterval(this.tick.bind(this), 400, "tick");
    this.end = setTimeout(() => this.stop("time"), 1500);
  }
  tick(word) {
    io.to(this.room).emit(word, --this.#left, Round.running);
    if (this.#left === 0) this.stop("ticks");
  }
  stop(why) {
    clearInterval(this.timer);
    clearTimeout(this.end);
    if (rounds.get(this.room) === this) {
      rounds.delete(this.room);
      Round.running--;
      io.to(this.room).emit("stopped", why, this.#left);
    }
  }
}
const rounds = new Map();
io.on("connection", (socket) => {
  socket.join("r");
  const away = setTimeout(() => socket.emit("still there?", beats), 5000);
  socket.on("chain", (n) => {
    clearTimeout(timers.get(socket.id));
    step(socket, n);
  });
  socket.on("round", (room) => {
    rounds.get(room)?.stop("again");
    rounds.set(room, new Round(room));
  });
  socket.on("stop", (room) => rounds.get(room)?.stop("asked"));
  socket.on("here", () => away.refresh());
  socket.on("timers", (ack) => ack(timers.size, typeof away.hasRef(), beats, chain, Round.running));
  socket.on("soon", () => {
    setTimeout(() => socket.emit("soon", 1));
    setTimeout(() => socket.emit("soon", 2), 0);
    setTimeout(() => socket.emit("soon", 3), 1);
  });
  socket.on("number", () => {
    const id = `${setTimeout(() => socket.emit("never"), 50)}`;
    clearTimeout(id);
    clearTimeout(undefined);
    clearInterval(null);
  });
  socket.on("disconnect", () => {
    clearTimeout(away);
    setTimeout(() => {
      socket.emit("too late");
      timers.delete(socket.id);
      io.emit("forgotten", timers.size, socket.connected);
    }, 250);
  });
});
