import { defined, nonEmpty } from "../../defined";
import { MAX_CONNECTION_MS } from "../../platform-limits";
import type {
  ConnectionId,
  Session,
  Sessions,
  SocketAddress,
  SocketId,
  StoredSession,
} from "../../ports";
import { oldSessionIdOf, sessionIdOf } from "../../session-id";
import { decodeRoom, encodeRoom } from "../room-key";
import { Keys } from "./attributes";
import { hearingAttribute, readHearing } from "./hearing";
import { expiryIn, type Item } from "./item";
import { sessionKey } from "./keys";
import type { Table } from "./table";

/**
 * The item of a session: `c` connection id; once its connection broke `i` socket id, `r` rooms,
 * `d` data (JSON), `j` what it can have heard, `t` when (epoch ms); while it is restored also `w` since when (epoch ms); after
 * that `x` the offsets that were sent; `e` expiry (epoch seconds).
 */

const KEEP_MS = MAX_CONNECTION_MS + 24 * 60 * 60 * 1000;

export function connectedSession(
  { namespace, connectionId }: SocketAddress,
  pid: string,
  inFlightOffsets: readonly string[],
): Item {
  return {
    ...sessionKey(namespace, sessionIdOf(pid)),
    c: connectionId,
    ...defined({ x: nonEmpty(inFlightOffsets) }),
    [Keys.expiry]: expiryIn(KEEP_MS),
  };
}

/** Sessions in the table, each under a hash of the private id that only its client knows. */
export class DynamoSessions implements Sessions {
  constructor(private readonly table: Table) {}

  async read(namespace: string, sessionId: string): Promise<StoredSession | undefined> {
    const item = await this.table.get(sessionKey(namespace, sessionId));
    return item && readStored(item);
  }

  async end(address: SocketAddress, pid: string, session: Session): Promise<void> {
    const { hearing } = session;
    const update = {
      UpdateExpression: `SET i = :i, r = :r, d = :d, t = :t, #e = :e${hearing ? ", j = :j" : ""} REMOVE c, w, x`,
      ConditionExpression: "c = :c",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: {
        ":c": address.connectionId,
        ":i": session.id,
        ":r": session.rooms.map(encodeRoom),
        ":d": JSON.stringify(session.data),
        ...defined({ ":j": hearing && hearingAttribute(hearing) }),
        ":t": Date.now(),
        ":e": expiryIn(KEEP_MS),
      },
    };
    const { namespace } = address;
    const ended = await this.table.update(sessionKey(namespace, sessionIdOf(pid)), update);
    const old = ended ? undefined : oldSessionIdOf(pid);
    // Connected while an earlier version was deployed.
    if (old !== undefined) await this.table.update(sessionKey(namespace, old), update);
  }

  async claim(
    namespace: string,
    sessionId: string,
    by: ConnectionId,
    from?: ConnectionId,
  ): Promise<Session | undefined> {
    const isFree = `attribute_not_exists(c)${from === undefined ? "" : " OR c = :old"}`;
    const key = sessionKey(namespace, sessionId);
    const claimed = await this.table.update(key, {
      UpdateExpression: "SET c = :by, w = :w",
      ConditionExpression: `attribute_exists(t) AND (${isFree})`,
      ExpressionAttributeValues: {
        ":by": by,
        ":w": Date.now(),
        ...defined({ ":old": from }),
      },
    });
    const item = claimed && (await this.table.get(key));
    return item && readSession(item);
  }

  async release(namespace: string, sessionId: string, by: ConnectionId): Promise<void> {
    await this.table.update(sessionKey(namespace, sessionId), {
      UpdateExpression: "REMOVE c, w",
      ...isClaimed(by),
    });
  }

  async forget(namespace: string, sessionId: string, by: ConnectionId): Promise<void> {
    await this.table.remove(sessionKey(namespace, sessionId), isClaimed(by));
  }
}

function isClaimed(by: ConnectionId): Item {
  return {
    ConditionExpression: "c = :by AND attribute_exists(w)",
    ExpressionAttributeValues: { ":by": by },
  };
}

function readStored({ c, t, w, x }: Item): StoredSession {
  const endedAt = t as number;
  if (c === undefined) return { state: "ended", endedAt };
  const connectionId = c as ConnectionId;
  if (w !== undefined) return { state: "restoring", connectionId, since: w as number, endedAt };
  return { state: "connected", connectionId, inFlightOffsets: new Set(x as string[] | undefined) };
}

function readSession({ i, r, d, j }: Item): Session {
  const hearing = readHearing(j);
  return {
    ...defined({ hearing }),
    id: i as SocketId,
    rooms: (r as string[]).map(decodeRoom),
    data: JSON.parse(d as string),
  };
}
