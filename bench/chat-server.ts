import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { chat } from "./chat-app";

/**
 * A Socket.IO server as it is usually scaled: `node chat-server.js <port of Redis>`. Prints its port; tells its
 * CPU so far, in microseconds, whenever it is asked.
 */
const [, , redisPort] = process.argv;
const redis = new Redis(Number(redisPort));
const http = createServer();
const io = new Server(http, { adapter: createAdapter(redis, redis.duplicate()) });
chat(io);
http.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(http.address() as AddressInfo).port}\n`);
});
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on("disconnect", () => process.exit());
