const { EventEmitter } = require("node:events");
const io = require("socket.io")();
let nextId = 1;
let secrets = 0;
class Player {
  static made = 0;
  id = nextId++;
  order = ++Player.made;
}
class Spy extends Player {
  #secret = ++secrets;
  tell() {
    return this.#secret;
  }
}
class Room extends EventEmitter {
  number = nextId++;
  constructor(name) {
    super();
    this.name = name;
    this.on("hello", (who) => io.emit("hello", this.name, who));
  }
}
class Strict extends Spy {
  constructor(options) {
    super();
    this.name = options.name.trim();
  }
}
const players = new Map();
io.on("connection", (socket) => {
  socket.on("new", (kind) => {
    const made = [() => new Player(), () => new Spy(), () => new Room(socket.id), () => new Strict({ name: " x " })];
    players.set(socket.id, made[kind]());
  });
  socket.on("show", (ack) => {
    const one = players.get(socket.id);
    ack(one?.id, one?.number, one?.order, one?.tell?.(), one?.name, nextId, secrets, Player.made);
  });
  socket.on("hello", () => players.get(socket.id)?.emit?.("hello", socket.id));
});
