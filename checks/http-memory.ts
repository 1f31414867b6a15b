import ts from "typescript";
import { comparePlaces, type Place, placeOf } from "./closures/findings";
import { isOfPackage } from "./closures/imports";
import { type Project, readProject } from "./closures/project";
import { propertyName } from "./locks/syntax";

/** Something that answers HTTP requests otherwise than a process that stays. */
export interface HttpNote extends Place {
  readonly message: string;
}

const SESSIONS =
  "keeps its sessions in the memory of one container, which ends with it: give it a `store`, such as connect-dynamodb, or use cookie-session";
const LIMITS =
  "counts in the memory of one container, so each of them allows as much: give it a `store`";
/** https://express-rate-limit.mintlify.app/reference/error-codes#err-erl-unexpected-x-forwarded-for */
const PROXY =
  'finds X-Forwarded-For in requests, as behind any proxy, and logs ERR_ERL_UNEXPECTED_X_FORWARDED_FOR: add app.set("trust proxy", 1)';
const EVENTS =
  "a function sends an answer when it has ended, so a stream of events reaches its client all at once, after 27 seconds at the latest: use the socket";

/**
 * Finds what an application keeps in memory between HTTP requests by way of packages, and streams of events.
 *
 * @throws Error if there is no such file
 */
export function findHttpMemory(entry: string): HttpNote[] {
  const project = readProject(entry);
  return project.nodes
    .flatMap((node) => {
      const message = messageOf(node, project);
      return message === undefined ? [] : [{ ...placeOf(node), message }];
    })
    .sort(comparePlaces);
}

/** One line each, in the form of a compiler's messages. */
export function describeHttpMemory(notes: readonly HttpNote[]): string[] {
  return notes.map(({ file, line, column, message }) => `${file}:${line}:${column}  ${message}`);
}

function messageOf(node: ts.Node, project: Project): string | undefined {
  if (ts.isStringLiteralLike(node) && node.text === "text/event-stream") return EVENTS;
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const made = node.expression;
  const sessions: [string, string, string[]][] = [
    ["express-session", "express-session", ["default"]],
    ["fastify-session", "@fastify/session", ["default"]],
  ];
  for (const [what, module, names] of sessions) {
    if (isOfPackage(made, module, names) && !hasStore(node, project)) return `${what} ${SESSIONS}`;
  }
  if (isOfPackage(made, "express-session", ["MemoryStore"])) return `MemoryStore ${SESSIONS}`;
  const isLimit = isOfPackage(made, "express-rate-limit", ["default", "rateLimit"]);
  if (!isLimit) return undefined;
  const what = [
    ...(hasStore(node, project) ? [] : [LIMITS]),
    ...(project.nodes.some(setsTrustProxy) ? [] : [PROXY]),
  ];
  return what.length === 0 ? undefined : `express-rate-limit ${what.join("; it ")}`;
}

function setsTrustProxy(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) && node.text === "trust proxy";
}

/** Also where the syntax does not say. */
function hasStore(node: ts.CallExpression | ts.NewExpression, project: Project): boolean {
  const [first] = node.arguments ?? [];
  const options = first && project.follow(first);
  if (!options || !ts.isObjectLiteralExpression(options)) return first !== undefined;
  return options.properties.some(
    (one) => ts.isSpreadAssignment(one) || propertyName(one) === "store",
  );
}
