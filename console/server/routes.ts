import type { ConsoleSource } from "../source";
import { listQuery, numberIn, readAction, roomIn, stateQuery, textIn } from "./requests";

type Read = (source: ConsoleSource, query: URLSearchParams) => Promise<unknown>;

/** An answer that may be missing by now. */
const orNull = async (found: Promise<unknown>) => (await found) ?? null;

/** What the page may read, by path. */
export const READS: Readonly<Record<string, Read>> = {
  "/api/about": (source) => source.about(),
  "/api/overview": (source) => source.overview(),
  "/api/rooms": (source, query) => source.rooms(listQuery(query)),
  "/api/room": (source, query) =>
    source.room(textIn(query, "namespace"), roomIn(query), query.get("after") ?? undefined),
  "/api/sockets": (source, query) => source.sockets(listQuery(query)),
  "/api/socket": (source, query) =>
    orNull(source.socket(textIn(query, "namespace"), textIn(query, "id"))),
  "/api/map": (source, query) => source.map(textIn(query, "namespace")),
  "/api/queues": (source) => source.queues(),
  "/api/dead-letters": (source, query) => source.deadLetters(textIn(query, "queue")),
  "/api/functions": (source) => source.functions(),
  "/api/problems": (source) => source.problems(),
  "/api/state": (source, query) => source.state(stateQuery(query)),
  "/api/value": (source, query) => orNull(source.value(numberIn(query, "id"))),
  "/api/charts": (source, query) => source.charts(Math.max(1, numberIn(query, "minutes", 5))),
  "/api/payload": (source, query) => orNull(source.payload(numberIn(query, "id"))),
};

/** What it may change, by `POST` of JSON. */
export function act(source: ConsoleSource, body: string): Promise<unknown> {
  return source.act(readAction(body));
}
