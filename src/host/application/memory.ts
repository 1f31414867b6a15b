import type { Server, Socket } from "socket.io";
import type { Memory, MemoryReference, StartMemory } from "../../ports";
import { hookMemory } from "../../socketio/memory-hooks";
import { isThere, makeLists, middlewaresOf } from "../../socketio/memory-sockets";
import { References } from "../../socketio/references";
import { MEMORY } from "./entries";
import { splitStored } from "./stored-memory";

/** A copy of the application that has seen no event, and what keeps its memory. */
export interface Copy {
  readonly io: Server;
  /** `undefined` where it was not compiled to be kept: then it is what its connection handlers make of it. */
  readonly memory: CopyMemory | undefined;
}

/** @param startMemory absent: no application is compiled to be kept */
export async function makeCopy(
  evaluate: () => Promise<Server>,
  startMemory: StartMemory | undefined,
): Promise<Copy> {
  const references = new References();
  const memory = startMemory?.(references);
  const io = await evaluate();
  references.bind(io);
  memory?.loaded();
  if (!memory?.isCompiled) return { io, memory: undefined };
  return { io, memory: new CopyMemory(io, memory, references) };
}

/** The memory of one copy of the application, as entries of what is stored. */
export class CopyMemory {
  readonly #entered = new Map<MemoryReference, Socket>();

  constructor(
    io: Server,
    readonly memory: Memory,
    private readonly references: References,
  ) {
    hookMemory(io, {
      enter: (socket) => this.#enter(socket),
      needsReplay: (handler) => memory.needsReplay(handler),
      mute: (run) => memory.mute(run),
    });
  }

  /** Call when all sockets are there. */
  restore(entries: ReadonlyMap<string, string>): void {
    const { memory } = splitStored(entries);
    if (memory.size > 0) this.memory.restore(memory);
  }

  /** What has changed since `stored`, after sockets that have left are forgotten. */
  changes(): { readonly set: ReadonlyMap<string, string>; readonly removed: readonly string[] } {
    for (const [reference, socket] of this.#entered) {
      if (isThere(socket)) continue;
      this.#entered.delete(reference);
      this.memory.leave(reference);
    }
    const { set, removed } = this.memory.changes();
    const named = [...set].map(([id, text]) => [MEMORY + id, text] as const);
    return { set: new Map(named), removed: removed.map((id) => MEMORY + id) };
  }

  #enter(socket: Socket): void {
    const reference = this.references.referenceTo(socket);
    if (reference === undefined) return;
    this.#entered.set(reference, socket);
    makeLists(socket);
    this.memory.enter(reference, socket, () => middlewaresOf(socket));
  }
}
