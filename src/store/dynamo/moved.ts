import { expiryOf } from "../../expiry";
import { firstPacket, namespacesOf, type PendingPacket, type Place } from "./apart";
import { APART, NAME } from "./format";
import { withoutStays } from "./hearing";
import type { Item } from "./item";
import { attribute } from "./items";

interface StoredSocket {
  readonly i: string;
  readonly j: string;
}

/** The update that takes what has become parts out of a connection's item, if it is still as it was. */
export function moved(item: Item, place: Place): Item {
  const names: Record<string, string> = { "#v": NAME };
  const values: Item = { ":z": place.apart, ":v": APART };
  const sets = ["z = :z", "#v = :v"];
  const removed = ["h", "x", "i", "k"];
  if (item.b !== undefined) {
    const c = (item.b as unknown[]).length;
    values[":b"] = { n: firstPacket(place), c } satisfies PendingPacket;
    sets.push("b = :b");
  }
  for (const [index, namespace] of namespacesOf(item).entries()) {
    const { j: _, ...socket } = item[attribute.socket(namespace)] as StoredSocket;
    const u = untilOf(item[attribute.state(namespace)]);
    names[`#s${index}`] = attribute.socket(namespace);
    values[`:s${index}`] = u === undefined ? socket : { ...socket, u };
    sets.push(`#s${index} = :s${index}`);
    const hearing = item[attribute.hearing(namespace)];
    if (hearing !== undefined) {
      names[`#j${index}`] = attribute.hearing(namespace);
      values[`:j${index}`] = withoutStays(hearing as Item);
      sets.push(`#j${index} = :j${index}`);
    }
    names[`#d${index}`] = attribute.state(namespace);
    names[`#r${index}`] = attribute.rooms(namespace);
    removed.push(`#d${index}`, `#r${index}`);
  }
  const isSame = item.m === undefined ? "attribute_not_exists(m)" : "m = :m";
  return {
    UpdateExpression: `SET ${sets.join(", ")} REMOVE ${removed.join(", ")}`,
    ConditionExpression: `attribute_exists(p) AND attribute_not_exists(z) AND ${isSame}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ...values, ...(item.m === undefined ? {} : { ":m": item.m }) },
    ReturnValues: "NONE",
  };
}

/** Until when a socket hears, by its state: older code has not noted it with the socket. */
function untilOf(state: unknown): number | undefined {
  return expiryOf((JSON.parse((state ?? "{}") as string) as { d?: unknown }).d);
}
