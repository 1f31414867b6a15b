import { Server } from "socket.io";
import type { Said } from "./talker";

/** What talks in one lane: what was said is in variables, of the whole, of each connection and behind timers. */
export const io = new Server();

const said: string[] = [];
/** What a timer has noted, some time after it was said. */
const noted: string[] = [];
const byRoom = new Map<string, Set<string>>();
let changes = 0;

/** What of all that a checker asks for. */
export interface State {
  readonly said: readonly string[];
  readonly noted: readonly string[];
  readonly byRoom: Readonly<Record<string, readonly string[]>>;
  readonly changes: number;
}

const NOTED_AFTER_MS = 400;

type Ack = (...args: unknown[]) => void;

io.on("connection", (socket) => {
  let own = 0;
  socket.on("join", async (rooms: string[], ack: Ack) => {
    await socket.join(rooms);
    ack();
  });
  socket.on("emit", ({ to, event, args: [one] }: Request, ack: Ack) => {
    const name = nameOf(one);
    said.push(name);
    const ofRoom = byRoom.get(one.room) ?? new Set<string>();
    byRoom.set(one.room, ofRoom.add(name));
    changes += 1;
    own += 1;
    setTimeout(() => noted.push(name), NOTED_AFTER_MS);
    io.to(to).emit(event, one);
    ack(own);
  });
  socket.on("state", (ack: (state: State) => void) => {
    const rooms = [...byRoom].map(([room, names]) => [room, [...names]]);
    ack({ said, noted, byRoom: Object.fromEntries(rooms), changes });
  });
});

interface Request {
  readonly to: string[];
  readonly event: string;
  readonly args: readonly [Said];
}

function nameOf({ sender, socket, n }: Said): string {
  return `${sender}/${socket}/${n}`;
}
