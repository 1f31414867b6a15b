import type { Server } from "node:http";
import dynalite from "dynalite";

/** An in-memory DynamoDB, in a process of its own. Prints its port. */
const server = dynalite({ createTableMs: 0 }) as unknown as Server;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
process.on("disconnect", () => process.exit());
