import type { Namespace } from "socket.io";
import { stringify } from "../../../parser/json";
import type { RoomsAdapter } from "../../adapter/rooms-adapter";
import { MAX_MESSAGE_BYTES } from "../../ports";
import { PacketType } from "../../wire/packet";
import { type Body, RequestError } from "./requests";

/** What happens in a namespace for one request; what it resolves with is the answer. */
export type Operation = (namespace: Namespace, adapter: RoomsAdapter) => Promise<unknown>;

/** A function answers with 6 MB at most; a socket with its handshake and data is about a KB. */
const MAX_FETCHED = 1000;

interface Audience {
  readonly rooms: (string | number)[];
  readonly except: (string | number)[];
}

/** The operations of Socket.IO's emitters, and two of our own that list rooms. */
export const operations = {
  emit:
    ({ event, args, ...audience }: Body<"emit">): Operation =>
    async ({ name }, adapter) => {
      const packet = { type: PacketType.EVENT, nsp: name, data: [event, ...args] };
      const bytes = Buffer.byteLength(stringify(packet.data)) + name.length + 4;
      if (bytes > MAX_MESSAGE_BYTES) {
        const message = `Expected a message of at most ${MAX_MESSAGE_BYTES} bytes, got ${bytes}`;
        throw new RequestError(413, "too_large", message);
      }
      const { rooms, except } = audience;
      const options = { rooms: new Set(rooms), except: new Set(except), flags: {} };
      const receipt = await adapter.broadcasts.publish(packet, options as never);
      const matched = Object.values(receipt).reduce((sum, count) => sum + count, 0);
      return { matched, ...receipt };
    },

  join:
    ({ join, ...audience }: Body<"join">): Operation =>
    async (namespace) => {
      select(namespace, audience).socketsJoin(join as string[]);
      return {};
    },

  leave:
    ({ leave, ...audience }: Body<"leave">): Operation =>
    async (namespace) => {
      select(namespace, audience).socketsLeave(leave as string[]);
      return {};
    },

  disconnect:
    ({ close, ...audience }: Body<"disconnect">): Operation =>
    async (namespace) => {
      select(namespace, audience).disconnectSockets(close);
      return {};
    },

  fetch:
    (audience: Body<"fetch">): Operation =>
    async (namespace) => {
      const sockets = await select(namespace, audience).fetchSockets();
      if (sockets.length > MAX_FETCHED) {
        const message = `Expected at most ${MAX_FETCHED} sockets, got ${sockets.length}; name rooms`;
        throw new RequestError(413, "too_large", message);
      }
      return {
        sockets: sockets.map(({ id, rooms, data, handshake }) => ({
          id,
          rooms: [...rooms],
          data,
          handshake,
        })),
      };
    },

  rooms: (): Operation => async (_, adapter) => {
    const counts = [...(await adapter.countRooms())];
    return { rooms: counts.map(([room, members]) => ({ room, members })) };
  },

  room:
    (
      room: string,
      page: { readonly limit: number; readonly after?: string | undefined },
    ): Operation =>
    async (_, adapter) => {
      const [count, { items, ...rest }] = await Promise.all([
        adapter.countRoom(room),
        adapter.pageOfMembers(room, page),
      ]);
      return { count, members: items, ...rest };
    },
};

function select(namespace: Namespace, { rooms, except }: Audience) {
  return namespace.in(rooms as string[]).except(except as string[]);
}
