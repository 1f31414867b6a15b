import type { ServerResponse } from "node:http";
import { isObject, type Json, type JsonObject, parseJson } from "../json";

/** A batch of which a part is carried out. */
interface Parts {
  /** The request without the rest. */
  readonly part: JsonObject;
  /** What its answer says of the rest. */
  readonly unprocessed: JsonObject;
}

/**
 * Splits a batch as a throttled table does: what is left over is no error, but for the caller to send again.
 * `undefined` for any other request, and for a batch of one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export function halve(operation: string, request: Json | undefined): Parts | undefined {
  if (!isObject(request) || !isObject(request.RequestItems)) return undefined;
  const tables = Object.entries(request.RequestItems);
  const halves = tables.map(([table, asked]) => [table, ...halvesOf(asked)] as const);
  const rest = halves.flatMap(([table, , left]) => (left === undefined ? [] : [[table, left]]));
  if (rest.length === 0) return undefined;
  const name = operation === "BatchWriteItem" ? "UnprocessedItems" : "UnprocessedKeys";
  const first = Object.fromEntries(halves.map(([table, done]) => [table, done]));
  return {
    part: { ...request, RequestItems: first },
    unprocessed: { [name]: Object.fromEntries(rest) },
  };
}

/** What is done and what is left: writes come as a list, reads as keys with options beside them. */
function halvesOf(asked: Json): [done: Json, left: Json | undefined] {
  if (Array.isArray(asked)) {
    const half = Math.ceil(asked.length / 2);
    return [asked.slice(0, half), half < asked.length ? asked.slice(half) : undefined];
  }
  if (!isObject(asked) || !Array.isArray(asked.Keys)) return [asked, undefined];
  const [Keys, left] = halvesOf(asked.Keys);
  return [{ ...asked, Keys }, left === undefined ? undefined : { ...asked, Keys: left }];
}

/** Adds to a JSON answer that is sent by one call of `end`. */
export function addToResponse(response: ServerResponse, more: JsonObject): void {
  const end = response.end.bind(response) as (text: string) => ServerResponse;
  response.end = ((body: unknown) => {
    const answer = parseJson(String(body));
    const text = JSON.stringify(isObject(answer) ? { ...answer, ...more } : answer);
    // Of the answer as it was.
    response.removeHeader("x-amz-crc32");
    response.setHeader("content-length", Buffer.byteLength(text));
    return end(text);
  }) as ServerResponse["end"];
}
