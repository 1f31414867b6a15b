import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type {
  ConnectionId,
  ConnectionRecord,
  GoneMember,
  Member,
  Room,
  SocketAddress,
  SocketRecord,
  SocketState,
  Store,
} from "../ports";
import { batchWrite } from "./batch";
import {
  attribute,
  connectionItem,
  type Item,
  membershipItem,
  readConnection,
  readMember,
  readRooms,
  roomSet,
  socketAttribute,
  stateAttribute,
} from "./items";
import {
  CONNECTION_SHARDS,
  connectionKey,
  connectionPartition,
  type Key,
  membershipKey,
  NAMESPACE_SHARDS,
  namespaceKey,
  namespacePartition,
  roomPartition,
} from "./keys";

/**
 * The table. Memberships are put before the connection knows of them and removed after it has
 * forgotten them, so a crash leaves at worst a membership whose connection is gone; the first 410
 * removes it.
 */
export class DynamoStore implements Store {
  constructor(
    private readonly dynamo: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async open(connection: ConnectionRecord): Promise<void> {
    await this.dynamo.send(
      new PutCommand({ TableName: this.table, Item: connectionItem(connection) }),
    );
  }

  async load(id: ConnectionId): Promise<ConnectionRecord | undefined> {
    const { Item: item } = await this.dynamo.send(
      new GetCommand({ TableName: this.table, Key: connectionKey(id), ConsistentRead: true }),
    );
    return item && readConnection(item);
  }

  async addSocket(address: SocketAddress, socket: SocketRecord): Promise<boolean> {
    const keys = allKeys(address, [...socket.rooms]);
    await this.#write({ put: keys.map((key) => membershipItem(key, address)) });
    const { namespace } = address;
    const connectionExists = "attribute_exists(p)";
    const added = await this.#update(address, {
      UpdateExpression: "SET #s = :s, #d = :d ADD #r :r",
      ConditionExpression: connectionExists,
      ExpressionAttributeNames: {
        "#s": attribute.socket(namespace),
        "#d": attribute.state(namespace),
        "#r": attribute.rooms(namespace),
      },
      ExpressionAttributeValues: {
        ":s": socketAttribute(socket),
        ":d": stateAttribute(socket.state),
        ":r": roomSet([...socket.rooms]),
      },
    });
    if (!added) await this.#write({ remove: keys });
    return added !== undefined;
  }

  async join(address: SocketAddress, rooms: readonly Room[]): Promise<boolean> {
    const keys = roomKeys(address, rooms);
    await this.#write({ put: keys.map((key) => membershipItem(key, address)) });
    const added = await this.#updateSocket(address, "ADD #r :r", {
      names: { "#r": attribute.rooms(address.namespace) },
      values: { ":r": roomSet(rooms) },
    });
    if (!added) await this.#write({ remove: keys });
    return added !== undefined;
  }

  async leave(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    await this.#updateSocket(address, "DELETE #r :r", {
      names: { "#r": attribute.rooms(address.namespace) },
      values: { ":r": roomSet(rooms) },
    });
    await this.#write({ remove: roomKeys(address, rooms) });
  }

  async saveState(address: SocketAddress, state: SocketState): Promise<void> {
    await this.#updateSocket(address, "SET #d = :d", {
      names: { "#d": attribute.state(address.namespace) },
      values: { ":d": stateAttribute(state) },
    });
  }

  async removeSocket(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    const { namespace } = address;
    const before = await this.#updateSocket(address, "REMOVE #s, #d, #r", {
      names: { "#d": attribute.state(namespace), "#r": attribute.rooms(namespace) },
      values: {},
    });
    // Another invocation may have joined the socket to rooms of which this one does not know.
    const stored = readRooms(before?.[attribute.rooms(namespace)]);
    await this.removeMemberships(address, [...new Set([...rooms, ...stored])]);
  }

  async removeMemberships(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    await this.#write({ remove: allKeys(address, rooms) });
  }

  async close(id: ConnectionId): Promise<boolean> {
    const { Attributes: before } = await this.dynamo.send(
      new DeleteCommand({
        TableName: this.table,
        Key: connectionKey(id),
        ReturnValues: "ALL_OLD",
      }),
    );
    if (!before) return false;
    const { protocol, sockets } = readConnection(before);
    const remove = [...sockets].flatMap(([namespace, socket]) =>
      allKeys({ namespace, socketId: socket.id, connectionId: id, protocol }, [...socket.rooms]),
    );
    await this.#write({ remove });
    return true;
  }

  async forget(member: GoneMember): Promise<void> {
    const { namespace, room, socketId } = member;
    const key =
      room === undefined
        ? namespaceKey(namespace, socketId)
        : membershipKey(namespace, room, socketId);
    await this.#write({ remove: [key] });
  }

  members(namespace: string, room: Room): AsyncIterable<readonly Member[]> {
    return this.#pages(roomPartition(namespace, room), readMember);
  }

  async *everyone(namespace: string): AsyncIterable<readonly Member[]> {
    for (let shard = 0; shard < NAMESPACE_SHARDS; shard++) {
      yield* this.#pages(namespacePartition(namespace, shard), readMember);
    }
  }

  /** Every connection, page by page, for the heartbeat. Eventually consistent, unlike the rest. */
  async *connections(): AsyncIterable<readonly ConnectionRecord[]> {
    for (let shard = 0; shard < CONNECTION_SHARDS; shard++) {
      yield* this.#pages(connectionPartition(shard), readConnection, false);
    }
  }

  async *#pages<T>(
    partition: string,
    read: (item: Item) => T,
    consistent = true,
  ): AsyncIterable<readonly T[]> {
    let from: Item | undefined;
    do {
      const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } =
        await this.dynamo.send(
          new QueryCommand({
            TableName: this.table,
            KeyConditionExpression: "p = :p",
            ExpressionAttributeValues: { ":p": partition },
            ConsistentRead: consistent,
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        );
      if (page.Items?.length) yield page.Items.map(read);
      from = page.LastEvaluatedKey;
    } while (from);
  }

  /** Updates the connection item on condition that this very socket is still in it. */
  #updateSocket(
    address: SocketAddress,
    expression: string,
    { names, values }: { names: Record<string, string>; values: Item },
  ): Promise<Item | undefined> {
    const sameSocket = "#s.#i = :i";
    return this.#update(address, {
      UpdateExpression: expression,
      ConditionExpression: sameSocket,
      ExpressionAttributeNames: { ...names, "#s": attribute.socket(address.namespace), "#i": "i" },
      ExpressionAttributeValues: { ...values, ":i": address.socketId },
    });
  }

  /** The updated attributes as they were, or `undefined` if the condition did not hold. */
  async #update(address: SocketAddress, update: Item): Promise<Item | undefined> {
    try {
      const { Attributes: before } = await this.dynamo.send(
        new UpdateCommand({
          TableName: this.table,
          Key: connectionKey(address.connectionId),
          ReturnValues: "UPDATED_OLD",
          ...update,
        }),
      );
      return before ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  #write(writes: { put?: Item[]; remove?: Key[] }): Promise<void> {
    return batchWrite(this.dynamo, this.table, writes);
  }
}

function roomKeys(address: SocketAddress, rooms: readonly Room[]): Key[] {
  return rooms.map((room) => membershipKey(address.namespace, room, address.socketId));
}

/** The keys of a socket's rooms and of its place among all sockets of the namespace. */
function allKeys(address: SocketAddress, rooms: readonly Room[]): Key[] {
  return [...roomKeys(address, rooms), namespaceKey(address.namespace, address.socketId)];
}
