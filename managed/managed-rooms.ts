import type { Namespace, Socket } from "socket.io";
import { expiryOf, isOver } from "../src/expiry";
import { ManagedEvent, type ManagedResult } from "../src/wire/managed";
import { type RequestName, readRequest } from "../src/wire/requests";
import { openOrRefuse } from "./access";
import { actions, type Context, ungranted } from "./actions";
import { countAction, readLimits } from "./limits";
import type { ManagedRoomsOptions } from "./options";
import { claimsPolicy } from "./policy";
import { createPresence } from "./presence";
import { Refused } from "./refused";

/**
 * Lets clients of a namespace use rooms by themselves: JSON clients by the actions `join`, `leave`,
 * `send`, `rooms`, `members` and `renew`, stock clients by the events `rooms:join` and so on, with an
 * ack. Built on Socket.IO's public API.
 *
 * @throws TypeError if nothing says who may enter.
 */
export function managedRooms(namespace: Namespace, options: ManagedRoomsOptions): void {
  const context: Context = {
    options,
    authorize: options.authorize ?? policyOf(namespace, options),
    limits: readLimits(options.limits),
    presence: options.presence && createPresence(options.presence),
  };
  if (options.tokens) {
    namespace.use(options.tokens);
    namespace.use(leaveUngranted(context));
  }

  namespace.on("connection", (socket) => {
    for (const name of Object.keys(ManagedEvent) as RequestName[]) {
      socket.on(ManagedEvent[name], (...received: unknown[]) => {
        const ack = received.find((value) => typeof value === "function");
        const request = received[0] === ack ? undefined : received[0];
        return answer(ack as Reply | undefined, () => act(context, socket, { name, request }));
      });
    }
    if (options.tokens) socket.use(dropIfExpired(socket));
    context.presence?.watch(socket);
  });
}

function policyOf(namespace: Namespace, options: ManagedRoomsOptions) {
  if (options.tokens) return claimsPolicy();
  return openOrRefuse(namespace.name, options.access);
}

/**
 * Of the rooms of a client that comes back, it keeps those that its token grants now. It is not a member of them yet, so
 * neither what was missed in the others nor what is under way there reaches it.
 */
function leaveUngranted({ authorize }: Context) {
  const onReturn = async (socket: Socket) => {
    for (const room of await ungranted(authorize, socket)) await socket.leave(room);
    return true;
  };
  return Object.assign((_: Socket, next: () => void) => next(), { onReturn });
}

/**
 * Events of the application's own end with the token too. Managed ones are answered by themselves,
 * since `renew` is one of them.
 */
function dropIfExpired(socket: Socket) {
  return (event: unknown[], next: () => void) => {
    const isManaged = (Object.values(ManagedEvent) as unknown[]).includes(event[0]);
    if (!isManaged && isOver(expiryOf(socket.data))) {
      const ack = event.at(-1);
      if (typeof ack === "function") ack(resultOf(expired()));
      // No listener has this name: an error would be the application's to handle.
      event.splice(0, event.length, "rooms:expired");
    }
    next();
  };
}

const INTERNAL = new Refused("internal", "The server failed to carry out the action; retry later");

function expired(): Refused {
  return new Refused("token_expired", "Expected a valid token, got an expired one; renew it");
}

function resultOf({ code, message }: Refused): ManagedResult {
  return { status: "error", code, message };
}

type Reply = (result: ManagedResult) => void;

async function act(
  context: Context,
  socket: Socket,
  { name, request }: { name: RequestName; request: unknown },
): Promise<unknown> {
  countAction(socket, context.limits);
  if (name !== "renew" && isOver(expiryOf(socket.data))) throw expired();
  const checked = readRequest(name, request);
  if (!checked.ok) throw new Refused("bad_request", checked.message);
  return actions[name](context, socket, checked.value as never);
}

async function answer(reply: Reply | undefined, action: () => Promise<unknown>): Promise<void> {
  try {
    const value = await action();
    reply?.({ status: "ok", ...(value === undefined ? {} : { value }) });
  } catch (error) {
    reply?.(resultOf(error instanceof Refused ? error : INTERNAL));
    // The application's, or infrastructure's: logged, and of no use to the client.
    if (!(error instanceof Refused)) throw error;
  }
}
