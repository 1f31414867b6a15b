declare module "dynalite" {
  import type { Server } from "node:http";

  /** Creates a DynamoDB server; without a path it keeps everything in memory. */
  function dynalite(options?: {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
  export = dynalite;
}
