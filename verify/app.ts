import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "socket.io";

/** The application that `npm run verify:aws` deploys: stock Socket.IO, a listener for each thing that a probe does. */
const server = createServer(({ headers, url, socket }, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ host: headers.host, url, from: socket.remoteAddress }));
});
export const io = new Server(server);
server.listen(3000);

type Ack = (...args: unknown[]) => void;

io.on("connection", (socket) => {
  socket.on("handshake", (ack: Ack) => {
    const { address, headers } = socket.handshake;
    ack({ address, host: headers.host });
  });
  socket.on("echo", (value: unknown, ack: Ack) => ack(value));

  // Counts in `socket.data`, so that no post hides what happens on the way in.
  socket.on("number", (n: number) => {
    const { received = 0, swaps = 0, last = -1 } = socket.data;
    socket.data.received = received + 1;
    socket.data.swaps = swaps + (n < last ? 1 : 0);
    socket.data.last = n;
  });
  socket.on("numbers", (ack: Ack) => {
    const { received = 0, swaps = 0 } = socket.data;
    for (const name of ["received", "swaps", "last"]) delete socket.data[name];
    ack({ received, swaps });
  });

  socket.on("slow", async (ms: number, ack: Ack) => {
    await sleep(ms);
    ack();
  });
  socket.on("ask", async (ack: Ack) => ack(await socket.emitWithAck("question")));

  // Whether the container dies is the client's decision, so that a later delivery can survive.
  socket.on("exit?", async () => {
    if ((await socket.emitWithAck("exit or live?")) === "exit") process.exit(1);
    socket.emit("survived");
  });
  socket.on("forget", () => void Promise.reject(new Error("verify: a forgotten rejection")));

  socket.on("join", async (room: string, ack: Ack) => {
    await socket.join(room);
    ack();
  });
  socket.on("say", (room: string, text: string) => io.to(room).emit("said", text));
});
