import { Server, type ServerOptions } from "socket.io";
import { startMemory } from "../../src/durable";
import { Application } from "../../src/names";
import { compiled } from "../memory/small";
import { World } from "./world";

/**
 * An application that is compiled to be kept, with a lane for each connection.
 *
 * @param source without its first line, which makes `io`
 * @param isFresh whether each batch gets another container
 */
export async function compiledWorld(
  source: string,
  isFresh = true,
  options: Partial<ServerOptions> = {},
): Promise<World> {
  const code = compiled(source);
  const world = await World.start(() => evaluate(code, () => new Server(options)));
  world.startMemory = startMemory;
  world.isWarm = !isFresh;
  return world;
}

/**
 * Runs a bundle as a function does.
 *
 * @param make makes the server that the application asks for
 */
export function evaluate(code: string, make: () => Server): Server {
  let io: Server | undefined;
  const hosted = () => {
    io = make();
    return io;
  };
  Object.assign(globalThis, { [Symbol.for(Application.hosted)]: { "socket.io": hosted } });
  const module = { exports: {} };
  new Function("require", "module", "exports", "__dirname", "__filename", code)(
    ...[require, module, module.exports, "/app", "/app/server.js"],
  );
  if (!io) throw new Error("Expected the application to make a server, got none");
  return io;
}
