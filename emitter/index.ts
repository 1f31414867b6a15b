import { Client, type ClientOptions, type RoomsEnvironment } from "./client";
import { Operator } from "./operator";

export { type ClientOptions, type RoomsEnvironment, RoomsError } from "./client";
export type { Operator, Receipt, Room, SocketDetails } from "./operator";

/** The rooms of a deployment, for code outside its connections: other functions, cron jobs. */
export interface Rooms extends Operator {
  /** Another namespace than `/`. */
  of(namespace: string): Operator;
}

/**
 * Rooms by the operators of Socket.IO's emitters, except that each call resolves when it has been
 * carried out, and that a broadcast resolves with its receipt.
 *
 * ```ts
 * const io = roomsFrom(process.env);
 * const receipt = await io.of("/chat").to("a").except("b").emit("message", "hello");
 * ```
 *
 * Credentials are read at each call, since Lambda renews them.
 *
 * @throws TypeError if a variable is missing.
 */
export function roomsFrom(
  environment: RoomsEnvironment = process.env,
  options: ClientOptions = {},
): Rooms {
  const client = new Client(environment, options);
  const root = new Operator(client, { namespace: "/", rooms: [], except: [] });
  return Object.assign(root, {
    of(name: string) {
      const namespace = name.startsWith("/") ? name : `/${name}`;
      return new Operator(client, { namespace, rooms: [], except: [] });
    },
  });
}
