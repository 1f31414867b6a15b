import { Server, type Socket } from "socket.io";

/** An application as people write them for one process: its state is in variables. */
export const io = new Server();

const users: Record<string, string> = {};
const sockets = new Map<string, Socket>();
const pending: Record<string, (answer: string) => void> = {};
let messages = 0;
let outgoing = 0;

io.on("connection", (socket) => {
  let typed = 0;
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
  socket.emit("welcome");
});
