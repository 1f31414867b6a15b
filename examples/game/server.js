const { createServer } = require("node:http");
const path = require("node:path");
const express = require("express");
const { Server } = require("socket.io");
const { outcome } = require("./rules");

const TURN_MS = Number(process.env.TURN_SECONDS || 20) * 1000;
const app = express();
app.use(express.static(path.join(__dirname, "public")));
const server = createServer(app);
const io = new Server(server);

/** A player who waits for another. */
let waiting;
/** Games by room, each with its timer. They outlive the function as they would outlive a request. */
const games = new Map();

io.on("connection", (socket) => {
  socket.on("play", () => {
    if (!waiting || waiting === socket) {
      waiting = socket;
      return socket.emit("wait");
    }
    begin(waiting, socket);
    waiting = undefined;
  });

  socket.on("move", (field, answer) => {
    const game = games.get(socket.data.room);
    const mark = game?.players[0] === socket.id ? "X" : "O";
    if (game?.turn !== mark || game.board[field] !== "") return answer(false);
    game.board[field] = mark;
    game.turn = mark === "X" ? "O" : "X";
    answer(true);
    const result = outcome(game.board);
    if (result) end(socket.data.room, result);
    else next(socket.data.room);
  });

  socket.on("disconnect", () => {
    if (waiting === socket) waiting = undefined;
    const game = games.get(socket.data.room);
    if (game) end(socket.data.room, game.players[0] === socket.id ? "O" : "X");
  });
});

function begin(first, second) {
  const room = `game ${first.id}`;
  games.set(room, { board: Array(9).fill(""), turn: "X", players: [first.id, second.id] });
  for (const player of [first, second]) {
    player.data.room = room;
    player.join(room);
  }
  first.emit("begin", "X");
  second.emit("begin", "O");
  next(room);
}

/** Shows the board. A player who does not move in time has lost. */
function next(room) {
  const game = games.get(room);
  clearTimeout(game.timer);
  io.to(room).emit("board", game.board, game.turn);
  game.timer = setTimeout(() => end(room, game.turn === "X" ? "O" : "X", true), TURN_MS);
}

function end(room, result, isLate = false) {
  const game = games.get(room);
  clearTimeout(game.timer);
  games.delete(room);
  io.to(room).emit("end", game.board, result, isLate);
  io.socketsLeave(room);
}

server.listen(3000);
