import { randomBytes } from "node:crypto";
import { defined } from "../../defined";
import { expiryOf } from "../../expiry";
import type { ReceiveState, Room, SocketAddress, SocketRecord, SocketState } from "../../ports";
import { decodeRoom } from "../room-key";
import {
  gather,
  type Place,
  packetOf,
  partsOf,
  roomPartKey,
  roomsBySocket,
  roomUpdate,
  sharedAttribute,
  socketParts,
  stateKey,
} from "./apart";
import { writeApartReceiveState } from "./apart-receive-state";
import type { Doubt } from "./doubt";
import { hearingAttribute, withoutStays } from "./hearing";
import type { Item } from "./item";
import { attribute, socketAttribute, stateAttribute } from "./items";
import { connectionKey } from "./keys";
import { moved } from "./moved";
import { protocolAttribute } from "./protocol-attribute";
import { keyOf, readParts } from "./read-parts";
import { notingLeft } from "./stays";
import type { Table } from "./table";
import { updateSocket } from "./update-socket";

type ApartAddress = SocketAddress & Place;

interface Change {
  /** See `Store.join`. */
  readonly at: string | undefined;
  readonly doubt: Doubt;
}

/** Connections whose parts are items of their own: see `apart.ts`. */
export class ApartStore {
  constructor(private readonly table: Table) {}

  /** The item of a connection as it would be with its parts in it. */
  async read(item: Item): Promise<Item> {
    if (item.z === undefined) return item;
    const place = placeOf(item);
    const packet = packetOf(item);
    const [parts, frames] = await Promise.all([
      readParts(this.table, place),
      packet ? readParts(this.table, { ...place, apart: packet.n }) : [],
    ]);
    return gather(item, parts, frames);
  }

  /** Where the parts of a connection are; `undefined` if it has none, or has ended. */
  async placeOf({ connectionId }: Pick<Place, "connectionId">): Promise<string | undefined> {
    return (await this.table.get(connectionKey(connectionId)))?.z as string | undefined;
  }

  /** Writes to the connection's own item, or to its parts where it has some: the other is tried if one was wrong. */
  async either<Address extends Pick<Place, "connectionId"> & Partial<Place>, Result>(
    address: Address,
    inline: () => Promise<Result | undefined>,
    inParts: (address: Address & Place) => Promise<Result | undefined> | Promise<void>,
  ): Promise<Result | undefined> {
    if (address.apart === undefined) {
      const result = await inline();
      if (result !== undefined) return result;
    }
    const apart = address.apart ?? (await this.placeOf(address));
    if (apart === undefined) return undefined;
    return (await inParts({ ...address, apart })) as Result | undefined;
  }

  /**
   * Makes parts of what a connection's item holds. They are written to a new place, and only then is the item told of
   * it, on condition that it has not changed meanwhile.
   */
  async spread(connectionId: string): Promise<string | undefined> {
    const item = await this.table.get(connectionKey(connectionId));
    if (!item || item.z !== undefined) return item?.z as string | undefined;
    const place = { connectionId, apart: randomBytes(6).toString("base64url") };
    const parts = partsOf(place, item);
    await this.table.write({ put: parts });
    if (await this.table.update(connectionKey(connectionId), moved(item, place)))
      return place.apart;
    // An answer may have got lost, or another invocation was faster.
    const found = await this.placeOf(place);
    if (found !== place.apart) await this.table.write({ remove: parts.map(keyOf) });
    return found;
  }

  /** See `Store.addSocket`. The parts come first: what the connection's item names is there. */
  async addSocket(
    address: ApartAddress,
    socket: SocketRecord,
    onRepeat: () => void,
  ): Promise<boolean> {
    const parts = socketParts(address, socket);
    await this.table.write({ put: parts });
    const { t } = protocolAttribute(address.protocol);
    const { hearing } = socket;
    const update = {
      UpdateExpression: `SET #s = :s${t ? ", t = :t" : ""}${hearing ? ", #j = :j" : ""}`,
      ConditionExpression: "z = :z AND attribute_not_exists(#s)",
      ExpressionAttributeNames: {
        "#s": attribute.socket(address.namespace),
        ...defined({ "#j": hearing && attribute.hearing(address.namespace) }),
      },
      ExpressionAttributeValues: {
        ":s": socketAttribute(socket),
        ":z": address.apart,
        ...defined({ ":t": t, ":j": hearing && withoutStays(hearingAttribute(hearing)) }),
      },
    };
    return (
      (await this.table.update(connectionKey(address.connectionId), update, onRepeat)) !== undefined
    );
  }

  /** Adds a socket to rooms; those in which it was before. `undefined`, and nothing stored, if it has ended. */
  async join(
    address: ApartAddress,
    rooms: readonly Room[],
    { at, doubt }: Change,
  ): Promise<ReadonlySet<Room> | undefined> {
    const distinct = [...new Set(rooms)];
    const keyOfRoom = (room: Room) => roomPartKey(address, address.socketId, room);
    const before = await Promise.all(
      distinct.map((room) => this.table.update(keyOfRoom(room), roomUpdate(room, at), doubt.raise)),
    );
    // Another invocation may have ended it meanwhile without seeing these rooms.
    if (!(await this.#isThere(address))) {
      await this.table.write({ remove: distinct.map(keyOfRoom) });
      return undefined;
    }
    return new Set(distinct.filter((_, place) => before[place]?.n !== undefined));
  }

  /** Takes a socket out of rooms; those in which it was. That it has left one is noted before, lest a crash hide it. */
  async leave(
    address: ApartAddress,
    rooms: readonly Room[],
    { at, doubt }: Change,
  ): Promise<ReadonlySet<Room>> {
    if (at !== undefined) {
      await updateSocket(this.table, address, notingLeft(address.namespace, at));
    }
    const distinct = [...new Set(rooms)];
    const before = await Promise.all(
      distinct.map((room) =>
        this.table.take(roomPartKey(address, address.socketId, room), doubt.raise),
      ),
    );
    return new Set(distinct.filter((_, place) => before[place] !== undefined));
  }

  async saveState(address: ApartAddress, state: SocketState, isRenewed: boolean): Promise<void> {
    const shared = sharedAttribute(state);
    await this.table.update(stateKey(address, address.socketId), {
      UpdateExpression: `SET v = :v${shared ? ", x = :x" : " REMOVE x"}`,
      ConditionExpression: "attribute_exists(p)",
      ExpressionAttributeValues: { ":v": stateAttribute(state), ...(shared && { ":x": shared }) },
      ReturnValues: "NONE",
    });
    if (isRenewed) await this.#renew(address, expiryOf(state.data));
  }

  saveReceiveState(place: Place, state: ReceiveState): Promise<void> {
    return writeApartReceiveState(this.table, place, state);
  }

  /** Ends a socket; the rooms in which it was. */
  async removeSocket(address: ApartAddress): Promise<Room[]> {
    const { namespace, socketId } = address;
    await updateSocket(this.table, address, {
      remove: ["#s", "#j"],
      names: { "#j": attribute.hearing(namespace) },
    });
    const parts = await readParts(this.table, address, socketId);
    await this.table.write({ remove: parts.map(keyOf) });
    return [...(roomsBySocket(parts).get(socketId)?.rooms ?? [])].map(decodeRoom);
  }

  /** Notes until when it hears. */
  async #renew(address: SocketAddress, until: number | undefined): Promise<void> {
    await updateSocket(this.table, address, {
      ...(until === undefined ? { remove: ["#s.#u"] } : { set: ["#s.#u = :u"] }),
      names: { "#u": "u" },
      ...defined({ values: until === undefined ? undefined : { ":u": until } }),
    });
  }

  async #isThere({ connectionId, namespace, socketId }: SocketAddress): Promise<boolean> {
    const item = await this.table.get(connectionKey(connectionId));
    const socket = item?.[attribute.socket(namespace)] as { i: string } | undefined;
    return socket?.i === socketId;
  }
}

function placeOf({ s, z }: Item): Place {
  return { connectionId: s as string, apart: z as string };
}
