var io = require("socket.io")();
function Player(socket) {
  this.socket = socket;
  this.score = 0;
}
Player.prototype.win = function () {
  this.score += 1;
  return this.score;
};
Player.create = (socket) => new Player(socket);
function Team() {
  Player.call(this, null);
  this.players = [];
}
Team.prototype = Object.create(Player.prototype);
Team.prototype.constructor = Team;
var team = new Team();
var players = {};
var strategies = {
  kind: "fair",
  score(player) {
    return `${this.kind} ${player.score}`;
  },
};
var strategy = strategies.score;
io.on("connection", function (socket) {
  players[socket.id] = Player.create(socket);
  socket.on("win", function () {
    var score = players[socket.id].win();
    team.win();
    team.players.push(players[socket.id]);
    this.emit("score", score, team.score, team instanceof Player);
  });
  socket.on("show", (ack) => {
    ack(strategy === strategies.score, strategies.score(players[socket.id]), this === undefined);
  });
  socket.on("swap", () => {
    strategy = players[socket.id].win;
  });
});
