import type { PutOnRequest } from "../ports";
import { copyJson, define, isPlain } from "../socketio/plain";
import type { UpgradeRequest } from "./request";

/**
 * What middlewares put on a request: `req.user`, `req.session`. Later events are handled by other containers, so plain
 * values are kept with the connection; for the rest the middlewares run again.
 */

/** The values of a request by name; those that middlewares add to, as text. */
type Names = ReadonlyMap<string, unknown>;

/** `cookie-parser` puts the application's secret there, which belongs into no table. */
const KEPT_FROM_TABLE = new Set(["secret"]);
/** Objects that are there from the beginning, and that middlewares add to. */
const CHANGED_INSIDE = ["headers", "_query"] as const;
const NODES_OWN =
  /^(_(readable|writable|events|max|consum|dumped)|__onFinished$|socket$|aborted$|client$|rawHeaders$|rawTrailers$)/;

/** Call before the middlewares run. */
export function namesOf(request: UpgradeRequest): Names {
  const inside = CHANGED_INSIDE.map((name) => [name, JSON.stringify(request[name])] as const);
  return new Map<string, unknown>([...Object.entries(request), ...inside]);
}

/** What is there now and was not before; `undefined` for nothing. */
export function readPut(request: UpgradeRequest, before: Names): PutOnRequest | undefined {
  const values: Record<string, unknown> = {};
  let again = false;
  for (const [name, value] of Object.entries(request)) {
    if (NODES_OWN.test(name) || isInside(name) || value === before.get(name)) continue;
    if (!KEPT_FROM_TABLE.has(name) && isPlain(value)) values[name] = value;
    else again = true;
  }
  for (const name of CHANGED_INSIDE) {
    if (JSON.stringify(request[name]) !== before.get(name)) values[name] = request[name];
  }
  const isAny = Object.keys(values).length > 0;
  if (!isAny && !again) return undefined;
  return { ...(isAny && { values: copyJson(values) }), ...(again && { again }) };
}

/** @returns the values by their names, with their JSON */
export function hangPut(
  request: object,
  { values = {} }: PutOnRequest,
): ReadonlyMap<string, string> {
  const target = request as Record<string, unknown>;
  const put = new Map<string, string>();
  for (const [name, value] of Object.entries(copyJson(values))) {
    if (isInside(name)) {
      Object.assign(target[name] as object, value);
      continue;
    }
    define(target, name, value);
    put.set(name, JSON.stringify(value));
  }
  return put;
}

function isInside(name: string): boolean {
  return (CHANGED_INSIDE as readonly string[]).includes(name);
}
