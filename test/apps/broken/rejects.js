const { setTimeout: sleep } = require("node:timers/promises");
const { Server } = require("socket.io");

async function main() {
  await sleep(20);
  if (!process.env.DATABASE) throw new Error("no database");
  return new Server(3000);
}

main();
