import type { Server, ServerOptions } from "socket.io";
import { startTable, type TestTable } from "./table";
import { creates, World } from "./world";

/** A world over a table in a DynamoDB on this machine, for tests that are about DynamoDB. */
export function worldOnTable(
  setup: (io: Server) => void,
  options: Partial<ServerOptions> = {},
): Promise<World<TestTable>> {
  return startWorldOnTable(creates(setup, options));
}

/** The same with a function that creates each container's server. */
export async function startWorldOnTable(app: () => Server): Promise<World<TestTable>> {
  return World.over(app, await startTable());
}
