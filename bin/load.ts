import type { COMMANDS } from "./commands";

/**
 * The programs of the commands: each runs when it is loaded. Loaded one at a time, since the compiler and the CDK take
 * half a second, and named here so that the package has all of them in one file, with what they share once.
 */
export const LOADERS: Readonly<Record<keyof typeof COMMANDS, () => unknown>> = {
  init: () => require("./init/main"),
  dev: () => require("./start"),
  check: () => require("./check"),
  build: () => require("./build"),
  deploy: () => require("./deploy/main"),
  destroy: () => require("./deploy/destroy"),
  verify: () => require("../verify/run"),
  logs: () => require("./logs/main"),
  publish: () => require("./publish"),
  explain: () => require("./explain"),
  inspect: () => require("./stored/inspect"),
  reset: () => require("./stored/reset"),
  console: () => require("./console"),
  redrive: () => require("./redrive"),
  cost: () => require("../bench/cost"),
  completion: () => require("./completion"),
};
