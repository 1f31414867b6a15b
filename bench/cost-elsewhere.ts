import { HOURS, type Item, item, MILLION, SECONDS } from "./cost-figures";
import type { Load } from "./cost-model";

/** What others charge for the same, as far as their prices were found. */
export function othersOf(load: Load): Item[] {
  const sent = load.messagesPerSecond * SECONDS;
  const counted = sent * (1 + load.roomSize);
  const units = [1, 2, 5, 10, 20, 50, 100].find((size) => size * 1000 >= load.connections);
  const outbound = sent * load.roomSize * Math.ceil(load.messageBytes / 2048);
  const included = (units ?? 0) * MILLION * (HOURS / 24);
  return [
    item(
      "Ably, at least",
      29 + (counted * 2.5) / MILLION,
      "$29, and $2.50 a million messages; its minutes are left out",
    ),
    ...(units === undefined
      ? []
      : [
          item(
            "Azure Web PubSub",
            units * 1.61 * (HOURS / 24) + (Math.max(0, outbound - included) * 1.0) / MILLION,
            `${units} units at $1.61 a day, $1 a million messages beyond 1 M a day and unit`,
          ),
        ]),
    ...(load.connections <= 500 && counted <= MILLION * (HOURS / 24)
      ? [item("Pusher Startup", 49, "500 connections, 1 M messages a day")]
      : []),
  ];
}
