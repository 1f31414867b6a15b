import type { Action, EventFilter, ListQuery, Room, StateQuery } from "../source";

/** Reads what the page asks for: texts of a URL, JSON of a body. Rejects what no page of ours sends. */

const MOST_ROWS = 500;

/** A request that is invalid, in the words of its answer. */
export class BadRequest extends Error {}

export function listQuery(query: URLSearchParams): ListQuery {
  return {
    namespace: query.get("namespace") || undefined,
    search: query.get("search") || undefined,
    sort: query.get("sort") || undefined,
    descending: query.get("descending") === "true",
    ...range(query),
  };
}

export function stateQuery(query: URLSearchParams): StateQuery {
  return {
    kind: query.get("kind") || undefined,
    search: query.get("search") || undefined,
    ...range(query),
  };
}

export function eventFilter(query: URLSearchParams): EventFilter {
  const direction = query.get("direction");
  return {
    namespace: query.get("namespace") || undefined,
    event: query.get("event") || undefined,
    socket: query.get("socket") || undefined,
    room: query.get("room") || undefined,
    direction: direction === "in" || direction === "out" ? direction : undefined,
  };
}

/** A room travels as JSON: `5` and `"5"` are two. */
export function roomIn(query: URLSearchParams): Room {
  const room = json(query.get("room") ?? "");
  if (typeof room === "string" || typeof room === "number") return room;
  throw new BadRequest("Expected a room as JSON, a string or a number");
}

export function textIn(query: URLSearchParams, name: string): string {
  const text = query.get(name);
  if (text) return text;
  throw new BadRequest(`Expected ${name} in the query, got none`);
}

export function numberIn(query: URLSearchParams, name: string, otherwise?: number): number {
  const text = query.get(name);
  if (text === null && otherwise !== undefined) return otherwise;
  if (text !== null && /^\d{1,9}$/.test(text)) return Number(text);
  throw new BadRequest(`Expected ${name} to be a whole number, got ${text ?? "none"}`);
}

/** @throws BadRequest unless it is one of the actions, with nothing missing */
export function readAction(body: string): Action {
  const given = json(body);
  if (typeof given !== "object" || given === null) throw new BadRequest("Expected an action");
  const action = given as Record<string, unknown>;
  if (action.type === "redrive" && typeof action.queue === "string") {
    return { type: "redrive", queue: action.queue };
  }
  const { namespace, rooms, except = [] } = action;
  if (typeof namespace !== "string" || !isRooms(rooms) || !isRooms(except)) {
    throw new BadRequest("Expected a namespace, and lists of rooms");
  }
  const audience = { namespace, rooms, except };
  switch (action.type) {
    case "emit": {
      const { event, args } = action;
      if (typeof event === "string" && event !== "" && Array.isArray(args)) {
        return { type: "emit", event, args, ...audience };
      }
      throw new BadRequest("Expected the name of an event, and a list of arguments");
    }
    case "join":
    case "leave": {
      const { target } = action;
      if (isRooms(target) && target.length > 0) return { type: action.type, target, ...audience };
      throw new BadRequest(`Expected rooms to ${action.type}`);
    }
    case "disconnect":
      return { type: "disconnect", close: action.close === true, ...audience };
    default:
      throw new BadRequest("Expected an action: emit, join, leave, disconnect or redrive");
  }
}

function isRooms(value: unknown): value is readonly Room[] {
  return (
    Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number")
  );
}

function range(query: URLSearchParams) {
  const limit = Math.min(numberIn(query, "limit", 100), MOST_ROWS);
  return { offset: numberIn(query, "offset", 0), limit };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
