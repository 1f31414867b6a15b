import type { ConnectionId, Session, Sessions, SocketAddress, StoredSession } from "../../ports";
import { sessionIdOf } from "../../session-id";
import { checkSize, copy, type Memory } from "./memory";

interface Kept {
  /** Absent: the session is free to be claimed. */
  readonly by?: ConnectionId;
  readonly inFlightOffsets?: readonly string[];
  /** While it is restored: since when, epoch milliseconds. */
  readonly since?: number;
  readonly ended?: { readonly at: number; readonly session: Session };
}

/** Sessions that can be recovered. */
export class MemorySessions implements Sessions {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#kept.size;
  }

  /** A socket with a private id is there. */
  connect(
    { namespace, connectionId }: SocketAddress,
    pid: string,
    inFlightOffsets: readonly string[],
  ): Promise<void> {
    const kept = { by: connectionId, inFlightOffsets };
    return this.memory.write(() => void this.#kept.set(keyOf(namespace, sessionIdOf(pid)), kept));
  }

  async read(namespace: string, sessionId: string): Promise<StoredSession | undefined> {
    await undefined;
    const kept = this.#kept.get(keyOf(namespace, sessionId));
    return kept && readStored(kept);
  }

  async end(
    { namespace, connectionId }: SocketAddress,
    pid: string,
    session: Session,
  ): Promise<void> {
    const { data } = session;
    checkSize(JSON.stringify(data));
    const ended = { at: this.memory.now(), session: { ...session, data: copy(data) } };
    await this.#change(namespace, sessionIdOf(pid), ({ by }) =>
      by === connectionId ? { ended } : undefined,
    );
  }

  async claim(
    namespace: string,
    sessionId: string,
    by: ConnectionId,
    from?: ConnectionId,
  ): Promise<Session | undefined> {
    const claimed = await this.#change(namespace, sessionId, (kept) => {
      const isFree = kept.by === undefined || kept.by === from;
      return kept.ended && isFree ? { ...kept, by, since: this.memory.now() } : undefined;
    });
    const session = claimed?.ended?.session;
    return session && { ...session, data: copy(session.data) };
  }

  async release(namespace: string, sessionId: string, by: ConnectionId): Promise<void> {
    await this.#change(namespace, sessionId, (kept) => {
      const { by: holder, since, ...rest } = kept;
      return holder === by && since !== undefined ? rest : undefined;
    });
  }

  forget(namespace: string, sessionId: string, by: ConnectionId): Promise<void> {
    const key = keyOf(namespace, sessionId);
    return this.memory.write(() => {
      const { by: holder, since } = this.#kept.get(key) ?? {};
      if (holder === by && since !== undefined) this.#kept.delete(key);
    });
  }

  /** As it is then; `undefined` if it was not changed. */
  #change(
    namespace: string,
    sessionId: string,
    change: (kept: Kept) => Kept | undefined,
  ): Promise<Kept | undefined> {
    const key = keyOf(namespace, sessionId);
    return this.memory.write(() => {
      const kept = this.#kept.get(key);
      const changed = kept && change(kept);
      if (changed) this.#kept.set(key, changed);
      return changed;
    });
  }
}

function keyOf(namespace: string, sessionId: string): string {
  return `${namespace},${sessionId}`;
}

function readStored({ by, inFlightOffsets, since, ended }: Kept): StoredSession {
  const endedAt = ended?.at as number;
  if (by === undefined) return { state: "ended", endedAt };
  if (since !== undefined) return { state: "restoring", connectionId: by, since, endedAt };
  return { state: "connected", connectionId: by, inFlightOffsets: new Set(inFlightOffsets) };
}
