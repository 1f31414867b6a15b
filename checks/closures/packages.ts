import ts from "typescript";
import { importedThing } from "./imports";
import { bare, methodCall } from "./syntax";

/**
 * What keeps its state in the memory of the process, by package and export: a list, since syntax cannot
 * tell a game from a database client. `*` is the package as a whole, `default` its default export.
 */
const IN_MEMORY: ReadonlyMap<string, RegExp> = new Map([
  ["@isaacs/ttlcache", /^(TTLCache|default|\*)$/],
  ["async-lock", /^(default|\*)$/],
  ["async-mutex", /^(Mutex|Semaphore)$/],
  ["chess.js", /^Chess$/],
  ["denque", /^(default|\*)$/],
  ["js-chess-engine", /^Game$/],
  ["limiter", /^(RateLimiter|TokenBucket)$/],
  ["lokijs", /^(default|\*)$/],
  ["lru-cache", /^(LRUCache|default|\*)$/],
  ["mnemonist", /./],
  ["node-cache", /^(NodeCache|default|\*)$/],
  ["quick-lru", /^(default|\*)$/],
  ["rate-limiter-flexible", /^RateLimiterMemory$/],
  ["tinyqueue", /^(default|\*)$/],
  ["yallist", /^(Yallist|default|\*)$/],
]);

/** Methods that only look. */
const READS =
  /^(get|has|peek|size|length|count|keys|values|entries|find|filter|map|forEach|where|ascii|board|fen|pgn|history|moves|turn|header|in[A-Z]\w*|is[A-Z]\w*|to[A-Z]\w*)$/;

/** Whether an expression makes an object of a package that keeps its state in memory. */
export function isKeptInMemory(made: ts.Node): boolean {
  const value = bare(made);
  if (!ts.isNewExpression(value) && !ts.isCallExpression(value)) return false;
  const thing = importedThing(value.expression);
  return thing !== undefined && IN_MEMORY.get(thing.module)?.test(thing.name) === true;
}

/** What a node calls that may change such an object: `limiter.consume(…)`, `game.move(…)`. */
export function mayChange(node: ts.Node): ReturnType<typeof methodCall> {
  const parts = methodCall(node);
  return parts && !READS.test(parts.method) ? parts : undefined;
}
