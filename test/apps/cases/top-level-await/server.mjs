import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";

const require = createRequire(import.meta.url);
const __dirname = path.dirname(fileURLToPath(import.meta.url));
const words = require("./words.json");
const kind = await sleep(20, "late");
const { shout } = await import("./shout.mjs");

const server = createServer();
const io = new Server(server);
io.on("connection", (socket) => {
  socket.emit("welcome", kind, path.basename(__dirname));
  socket.on("word", (n, answer) => answer(shout(words[n])));
});
// As modules ask whether `node` runs them.
if (process.argv[1] === fileURLToPath(import.meta.url)) server.listen(process.env.PORT || 3000);
