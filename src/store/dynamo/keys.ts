import { createHash } from "node:crypto";
import type { ConnectionId, Room, SocketAddress, SocketId } from "../../ports";
import { checkRoom, encodeRoom } from "../room-key";
import { NAMESPACE_SHARDS } from "./key-space";
import { Prefix, REQUEST_PREFIX } from "./prefixes";

/**
 * Every key of the table, made and read here only.
 *
 * | item        | p (partition)            | s (sort)      |
 * |-------------|--------------------------|---------------|
 * | connection  | `c` + shard              | connection id |
 * | its parts, where it is large | `o` + connection id,its `z` | what it is |
 * | its unfinished packet | `o` + connection id, a random text | place of the first frame |
 * | its unfinished ack | `o` + connection id | `k`    |
 * | membership  | `r` + namespace,room     | socket id     |
 * | in a namespace | `a` + namespace,shard | socket id     |
 * | answer      | `k` + namespace,ack id   | connection id |
 * | dynamic namespace | `g` + place of its parent,shard (the first: no comma) | its name |
 * | names that a connection has added | `g#` + connection id | `n` |
 * | room        | `n` + namespace,shard   | room          |
 * | session     | `v` + namespace,session id | `v`         |
 * | logged packet | `l` + namespace,room (everyone: no comma) | offset |
 * | its end     | the same                 | offset + `~`  |
 * | order to members that are away | `x` + namespace,room (everyone: no comma) | offset |
 * | shared packet | `f` + id               | `p`           |
 * | its parts   | the same                 | number        |
 * | presence    | `w` + namespace,room     | name          |
 * | isolation   | `y` + lane               | `y`           |
 * | spending    | `z` + network            | hour          |
 * | commits of the application | `h`       | place in a ring |
 * | its entries | `h` + shard              | id            |
 * | parts of long texts of both | `hx`     | name, place   |
 * | HTTP request on its lane | `q` + id   | place of its part |
 * | its answer  | the same                 | `a`           |
 * | parts of it | `q` + id,name            | place         |
 *
 * A namespace holds no comma, on Socket.IO's wire as on ours, so the first comma ends it.
 */
export interface Key {
  readonly p: string;
  readonly s: string;
}

/** Connections are spread so that no partition takes every `$connect`, and can still be listed. */
export const CONNECTION_SHARDS = 16;
/** The rooms of one namespace are spread, since a partition takes 1,000 writes a second. */
export const REGISTRY_SHARDS = 4;

export function connectionKey(id: ConnectionId): Key {
  return { p: connectionPartition(shardOf(id, CONNECTION_SHARDS)), s: id };
}

export function connectionPartition(shard: number): string {
  return Prefix.connection + shard;
}

/** @param place tells the parts of one try to move them from those of another */
export function partKey(id: ConnectionId, place: string, name: string): Key {
  return { p: `o${id},${place}`, s: name };
}

export function ackFramesKey(id: ConnectionId): Key {
  return { p: `o${id}`, s: "k" };
}

export function membershipKey(namespace: string, room: Room, socketId: SocketId): Key {
  return { p: roomPartition(namespace, room), s: socketId };
}

export function roomPartition(namespace: string, room: Room): string {
  checkRoom(namespace, room);
  return `${Prefix.member}${namespace},${encodeRoom(room)}`;
}

export function namespaceKey(namespace: string, socketId: SocketId): Key {
  return { p: namespacePartition(namespace, shardOf(socketId, NAMESPACE_SHARDS)), s: socketId };
}

export function namespacePartition(namespace: string, shard: number): string {
  return `${Prefix.namespaceMember}${namespace},${shard}`;
}

/** All partitions of a namespace. */
export function namespacePartitions(namespace: string): readonly string[] {
  return Array.from({ length: NAMESPACE_SHARDS }, (_, shard) =>
    namespacePartition(namespace, shard),
  );
}

/** The keys of a socket's memberships in rooms. */
export function roomKeys(address: SocketAddress, rooms: readonly Room[]): Key[] {
  // One batch may not name a key twice.
  const distinct = [...new Set(rooms)];
  return distinct.map((room) => membershipKey(address.namespace, room, address.socketId));
}

/** The keys of a socket's rooms and of its place among all sockets of the namespace. */
export function allKeys(address: SocketAddress, rooms: readonly Room[]): Key[] {
  return [...roomKeys(address, rooms), namespaceKey(address.namespace, address.socketId)];
}

export function ackPartition(namespace: string, ackId: number): string {
  return `k${namespace},${ackId}`;
}

export function registryKey(namespace: string, room: Room): Key {
  const s = encodeRoom(room);
  return { p: registryPartition(namespace, shardOf(s, REGISTRY_SHARDS)), s };
}

export function registryPartition(namespace: string, shard: number): string {
  return `n${namespace},${shard}`;
}

export function presenceKey(namespace: string, room: Room, name: string): Key {
  return { p: `w${roomPartition(namespace, room).slice(1)}`, s: name };
}

/** Names are spread, since a partition takes 1,000 writes a second. */
const NAMES_SHARDS = 4;

export function namespaceNameKey(parent: number, name: string): Key {
  return { p: namesPartition(parent, shardOf(name, NAMES_SHARDS)), s: name };
}

/** Where older functions put all names; the first shard still is there. */
export function oldNamespaceNameKey(parent: number, name: string): Key {
  return { p: namesPartition(parent, 0), s: name };
}

/** All partitions of the names under a parent. */
export function namesPartitions(parent: number): readonly string[] {
  return Array.from({ length: NAMES_SHARDS }, (_, shard) => namesPartition(parent, shard));
}

function namesPartition(parent: number, shard: number): string {
  return shard === 0 ? `g${parent}` : `g${parent},${shard}`;
}

export function addedNamesKey(id: ConnectionId): Key {
  return { p: `g#${id}`, s: "n" };
}

/** @param sessionId what stands for its private id */
export function sessionKey(namespace: string, sessionId: string): Key {
  return { p: `${Prefix.session}${namespace},${sessionId}`, s: "v" };
}

export function isolationKey(lane: string): Key {
  return { p: `y${lane}`, s: "y" };
}

export function spendingKey(network: string, hour: number): Key {
  return { p: Prefix.spending + network, s: String(hour) };
}

/** The commits of the application, in a ring of so many places. */
export const APPLICATION_COMMITS = 64;
export const applicationCommits = "h";
/** Long texts of the application, in parts. */
export const applicationParts = "hx";
/** Entries are spread, since a page of a partition takes a while to read. */
const APPLICATION_SHARDS = 4;

export function applicationCommitKey(version: number): Key {
  const place = String(version % APPLICATION_COMMITS).padStart(2, "0");
  return { p: applicationCommits, s: place };
}

export function applicationEntryKey(id: string): Key {
  return { p: applicationCommits + shardOf(id, APPLICATION_SHARDS), s: id };
}

export function applicationEntryPartitions(): readonly string[] {
  return Array.from({ length: APPLICATION_SHARDS }, (_, shard) => applicationCommits + shard);
}

export function applicationPartKey(name: string, place: number): Key {
  return { p: applicationParts, s: `${name},${place}` };
}

/** Requests and answers of HTTP. @param name of the parts of one answer. @default - those of the request */
export function requestPartition(id: string, name?: string): string {
  return REQUEST_PREFIX + (name === undefined ? id : `${id},${name}`);
}

export function requestPartKey(partition: string, place: number): Key {
  return { p: partition, s: String(place).padStart(3, "0") };
}

export function answerKey(id: string): Key {
  return { p: requestPartition(id), s: "a" };
}

/** The log of a room, or of what was sent to everyone. */
export function logPartition(namespace: string, room: Room | undefined): string {
  return audiencePartition("l", namespace, room);
}

/** The orders to the members of a room, or to everyone. */
export function orderPartition(namespace: string, room: Room | undefined): string {
  return audiencePartition("x", namespace, room);
}

function audiencePartition(kind: string, namespace: string, room: Room | undefined): string {
  // As long as the room's own key, so that what can be joined can be logged.
  return room === undefined
    ? `${kind}${namespace}`
    : kind + roomPartition(namespace, room).slice(1);
}

function shardOf(id: string, shards: number): number {
  return createHash("sha256").update(id).digest().readUInt32BE(0) % shards;
}
