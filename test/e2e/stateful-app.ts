import { execFile } from "node:child_process";
import { stat } from "node:fs";
import { Server, type Socket } from "socket.io";

/** An application as people write them for one process: its state is in variables. */
export const io = new Server();

const users: Record<string, string> = {};
const sockets = new Map<string, Socket>();
const pending: Record<string, (answer: string) => void> = {};
let messages = 0;
let outgoing = 0;

class Player {
  #score = 0;
  constructor(readonly team: { points: number }) {}
  win(): number {
    this.team.points += 1;
    return ++this.#score;
  }
}

interface Playing extends Socket {
  player?: Player | null;
}

io.on("connection", (socket: Playing) => {
  let typed = 0;
  const team = { points: 0 };
  socket.player = null;
  socket.on("join", () => {
    socket.player = new Player(team);
    socket.data = Object.assign(socket.data, { team, players: new Set([socket.player]) });
  });
  socket.on("win", (done: (...seen: unknown[]) => void) => {
    const { data, player } = socket;
    const score = player?.win();
    done(score, team.points, data.team === team, data.players?.has(player));
  });
  socket.on("name", (name: string, done: (all: string[]) => void) => {
    users[socket.id] = name;
    sockets.set(name, socket);
    done(Object.values(users));
  });
  socket.on("say", (text: string, done: (count: number, typed: number) => void) => {
    messages += 1;
    typed += text.length;
    socket.broadcast.emit("said", users[socket.id], text);
    done(messages, typed);
  });
  socket.on("whisper", (to: string, text: string) => sockets.get(to)?.emit("whispered", text));
  socket.on("ask", (done: (answer: string) => void) => {
    pending[socket.id] = done;
  });
  socket.on("answer", (of: string, text: string) => {
    for (const [id, name] of Object.entries(users)) if (name === of) pending[id]?.(text);
  });
  socket.on("count down", (from: number) => {
    let left = from;
    const timer = setInterval(() => {
      io.emit("left", left);
      left -= 1;
      if (left < 0) clearInterval(timer);
    }, 1000);
  });
  socket.on("disconnect", () => {
    const name = users[socket.id];
    delete users[socket.id];
    io.emit("gone", name, Object.values(users));
  });
  socket.onAny((event: string) => {
    if (event === "heard") socket.emit("any heard");
  });
  socket.onAnyOutgoing((event: string) => {
    if (event === "any heard") outgoing += 1;
  });
  socket.use(([event, done], next) => {
    if (event === "heard") (done as (count: number) => void)(outgoing);
    next();
  });
  socket.on("call back", (done: (size: string) => void) => {
    stat(process.execPath, (_, stats) => {
      setImmediate(() =>
        execFile("echo", ["ran"], (_error, text) => done(`${stats.size > 0} ${text.trim()}`)),
      );
    });
  });
  socket.emit("welcome");
});
