import { defined } from "../../defined";
import { expiryOf } from "../../expiry";
import type { SocketAddress, SocketRecord, SocketState } from "../../ports";
import { hearingAttribute } from "./hearing";
import type { Item } from "./item";
import {
  attribute,
  MAX_INLINE_BYTES,
  roomSet,
  socketAttribute,
  socketJson,
  stateAttribute,
} from "./items";
import { protocolAttribute } from "./protocol-attribute";
import { type Change, IS_WHOLE } from "./update-socket";

/** Updates of sockets that are in their connection's own item. */

/** Whether a socket would make that item large by itself. */
export function isLarge(socket: SocketRecord): boolean {
  const { state, rooms, hearing } = socket;
  const joined = hearing ? JSON.stringify([...hearing.joined]) : "";
  const texts = [socketJson(socket), stateAttribute(state), ...roomSet([...rooms]), joined];
  return Buffer.byteLength(texts.join("")) > MAX_INLINE_BYTES;
}

/** Adds a socket to its connection's item, if that is there and the namespace is free. */
export function socketUpdate({ namespace, protocol }: SocketAddress, socket: SocketRecord): Item {
  const rooms = [...socket.rooms];
  // Which parser a client speaks shows with its first CONNECT.
  const { t } = protocolAttribute(protocol);
  const { shared } = socket.state;
  const { hearing } = socket;
  return {
    // DynamoDB stores no empty sets.
    UpdateExpression: `SET #s = :s, #d = :d${t ? ", t = :t" : ""}${shared ? ", x = :x" : ""}${hearing ? ", #j = :j" : ""}${rooms.length > 0 ? ", #r = :r" : " REMOVE #r"} ADD m :one`,
    ConditionExpression: `attribute_exists(p) AND attribute_not_exists(#s) AND ${IS_WHOLE}`,
    ExpressionAttributeNames: {
      "#s": attribute.socket(namespace),
      "#d": attribute.state(namespace),
      "#r": attribute.rooms(namespace),
      ...defined({ "#j": hearing && attribute.hearing(namespace) }),
    },
    ExpressionAttributeValues: {
      ":s": { ...socketAttribute(socket), j: socketJson(socket) },
      ":one": 1,
      ":d": stateAttribute(socket.state),
      ...defined({
        ":t": t,
        ":x": shared && JSON.stringify(shared),
        ":j": hearing && hearingAttribute(hearing),
      }),
      ...(rooms.length > 0 ? { ":r": roomSet(rooms) } : {}),
    },
  };
}

/** Replaces a socket's state. */
export function stateChange(namespace: string, state: SocketState): Change {
  const until = expiryOf(state.data);
  const shared = state.shared && JSON.stringify(state.shared);
  return {
    set: ["#d = :d", ...(shared ? ["x = :x"] : []), ...(until ? ["#s.#u = :u"] : [])],
    remove: [...(shared ? [] : ["x"]), ...(until ? [] : ["#s.#u"])],
    names: { "#d": attribute.state(namespace), "#u": "u" },
    values: {
      ":d": stateAttribute(state),
      ...defined({ ":x": shared, ":u": until }),
    },
    condition: IS_WHOLE,
    isSilent: true,
  };
}

/** Takes a socket away with all that is of it. */
export function socketRemoval(namespace: string): Change {
  return {
    remove: ["#s", "#d", "#r", "#j"],
    names: {
      "#d": attribute.state(namespace),
      "#r": attribute.rooms(namespace),
      "#j": attribute.hearing(namespace),
    },
    condition: IS_WHOLE,
  };
}
