// Objects that one entry holds twice, and no other entry: of a frame, a timer, a class, a socket, a function.
const io = require("socket.io")();

function helper() {}
helper.default = helper;
helper.count = 0;

function Old() {
  this.of = Old;
}
Old.single = new Old();

class Registry {
  static first = { n: 0 };
  static second = [Registry.first];
  static #hidden = { of: Registry.first };
  static check() {
    return [Registry.second[0] === Registry.first, Registry.#hidden.of === Registry.first];
  }
}

io.on("connection", (socket) => {
  const user = { name: "new" };
  const game = { user, moves: [] };
  const list = [];
  const same = list;
  socket.player = { score: 0 };
  socket.team = [socket.player];
  socket.data.user = user;
  socket.data.seen = new Set(["a"]);
  socket.data.all = [socket.data.seen, user];
  socket.data.plain = { said: [] };
  socket.on("start", (name) => {
    const card = { of: null };
    const hand = { card, spare: [card] };
    user.name = name;
    const show = (given, again) => io.emit("shown", given === again, hand.card === card, card.of);
    setTimeout(show, 200, hand.spare, hand.spare);
    card.of = name;
    socket.on("hand", (ack) => ack(hand.card === card, hand.spare[0] === card, card.of));
  });
  socket.on("move", (move) => {
    game.moves.push(move);
    list.push(move);
    helper.count++;
    Registry.first.n++;
    socket.player.score++;
    socket.data.seen.add(move);
    socket.data.plain.said.push(move);
  });
  socket.on("check", (ack) => {
    ack(
      game.user === user,
      game.user.name,
      same === list,
      [...same],
      socket.team[0] === socket.player,
      socket.player.score,
      Registry.check(),
      Registry.first.n,
      helper.default === helper,
      helper.count,
      socket.data.user === user,
      socket.data.all[0] === socket.data.seen && socket.data.all[1] === user,
      [...socket.data.seen],
      socket.data.plain,
      Old.single instanceof Old && Old.single.of === Old,
    );
  });
});
module.exports = helper;
