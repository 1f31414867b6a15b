import type { BroadcastOperator, DefaultEventsMap, Socket } from "socket.io";
import { canBeUsedRemotely } from "./differences";
import type { Act, Audience, RemoteMethod, Room } from "./language";

type WireAct = Act<Room>;
type Name = WireAct["act"];
type Performers = {
  readonly [N in Name]: (
    socket: Tagged,
    act: Extract<WireAct, { act: N }>,
    waitMs: number,
  ) => unknown;
};
type Operator = BroadcastOperator<DefaultEventsMap, unknown>;

/** What an application may hang on a socket object. */
export type Tagged = Socket & { tag?: unknown; user?: unknown };

/**
 * Performs acts in order; what they return is awaited only where that is the act's meaning.
 *
 * @param waitMs how long the server waits for answers
 */
export async function performAll(
  socket: Tagged,
  acts: readonly WireAct[],
  waitMs: number,
): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const act of acts) {
    const perform = performers[act.act] as (
      socket: Tagged,
      act: WireAct,
      waitMs: number,
    ) => unknown;
    const result = perform(socket, act, waitMs);
    results.push(result instanceof Promise ? await result : (result ?? null));
  }
  return results;
}

/** What a socket can say of itself. */
export function describe(socket: Tagged) {
  const { data, tag, user, connected } = socket;
  return { rooms: [...socket.rooms], data, tag, user, connected };
}

const performers: Performers = {
  join: (socket, { rooms, awaited }) => {
    const joined = socket.join((rooms.length === 1 ? rooms[0] : rooms) as string);
    return awaited ? Promise.resolve(joined).then(() => describe(socket)) : describe(socket);
  },
  leave: (socket, { room }) => {
    socket.leave(room as string);
    return describe(socket);
  },
  emit: (socket, { audience, args }) => operator(socket, audience).emit("news", ...args),
  emitSelf: (socket, { how, args }) => {
    if (how === "send") return void socket.send(...args);
    socket.emit(how === "traced" ? "traced" : "self", ...args);
  },
  emitBytes: (socket, { audience, bytes }) =>
    operator(socket, audience).emit("bytes", Buffer.from(bytes), { deep: [Buffer.from(bytes)] }),
  look: (socket) => describe(socket),
  write: (socket, { key, value }) => {
    socket.data[key] = value;
  },
  hang: (socket, { name, value }) => {
    socket[name] = value;
  },
  ask: (socket, { how }, waitMs) => ask(socket, how, waitMs),
  askRoom: (socket, { audience }, waitMs) =>
    operator(socket, audience)
      .timeout(waitMs)
      .emitWithAck("question", "room")
      .then(
        (responses: unknown[]) => ({ responses }),
        (error: Error & { responses: unknown }) => ({
          error: error.message,
          responses: error.responses,
        }),
      ),
  fetch: async (socket, { audience }) => {
    const sockets = await operator(socket, audience).fetchSockets();
    return { sockets: sockets.map(({ id, rooms, data }) => ({ id, rooms: [...rooms], data })) };
  },
  ids: async (socket, { audience }) => ({
    sockets: [...(await operator(socket, audience).allSockets())],
  }),
  joinAll: (socket, { audience, rooms, settled }) =>
    settle(operator(socket, audience), settled, (all) => all.socketsJoin(rooms as string[])),
  leaveAll: (socket, { audience, rooms, settled }) =>
    settle(operator(socket, audience), settled, (all) => all.socketsLeave(rooms as string[])),
  kickAll: (socket, { audience, close, settled }) =>
    settle(operator(socket, audience), settled, (all) => all.disconnectSockets(close)),
  remote: async (socket, { audience, how, settled }, waitMs) => {
    const all = operator(socket, audience);
    const responses = await useRemote(all, how, waitMs);
    await settle(all, settled, () => {});
    return responses;
  },
  disconnect: (socket, { close }) => {
    socket.disconnect(close);
    return describe(socket);
  },
  off: (socket, { event }) => {
    socket.removeAllListeners(event);
  },
  turn: () => new Promise((resolve) => setTimeout(() => resolve(null), 5)),
};

/** `except` comes first so that an empty `to` still makes an operator of a namespace. */
function operator(socket: Socket, { via, of, to, except }: Audience<Room>): Operator {
  const namespace = of === undefined ? socket.nsp : socket.nsp.server.of(of);
  const start = via === "io" ? namespace : socket;
  return start.except(except as string[]).to(to as string[]) as unknown as Operator;
}

function settle(all: Operator, settled: boolean, work: (all: Operator) => void): unknown {
  work(all);
  return settled ? all.fetchSockets().then(() => null) : null;
}

function ask(socket: Socket, how: "promise" | "callback", waitMs: number): Promise<unknown> {
  if (how === "promise") {
    return socket
      .timeout(waitMs)
      .emitWithAck("question", "you")
      .catch((error: Error) => error.message);
  }
  return new Promise((resolve) => {
    socket.timeout(waitMs).emit("question", "you", (error: Error | null, ...args: unknown[]) => {
      resolve([error?.message ?? null, ...args]);
    });
  });
}

/** Uses each socket as an object, wherever it lives. */
async function useRemote(audience: Operator, how: RemoteMethod, waitMs: number): Promise<unknown> {
  const responses: unknown[] = [];
  for (const socket of (await audience.fetchSockets()).filter(canBeUsedRemotely)) {
    if (how === "emit") socket.emit("remote");
    if (how === "join") socket.join("remote");
    if (how === "leave") socket.leave("a");
    if (how === "disconnect") socket.disconnect();
    if (how !== "ask") continue;
    const asked = (socket as unknown as Socket).timeout(waitMs).emitWithAck("question", "one");
    responses.push(await asked.catch((error: Error) => error.message));
  }
  return { responses };
}
