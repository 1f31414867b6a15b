import ts from "typescript";
import { comparePlaces, type Place, placeOf } from "./closures/findings";
import { importedThing, isOfPackage } from "./closures/imports";
import { type Project, readProject } from "./closures/project";
import type { Role, Roles } from "./closures/role";
import { findRoles } from "./closures/roles";
import { methodCall } from "./closures/syntax";

/** A call of Socket.IO 2 that version 4 does not have, and what to write in its place. */
export interface OldCall extends Place {
  /** As the source has it: `io.origins`. */
  readonly what: string;
  readonly now: string;
}

type Forms = Readonly<Record<string, string>>;

/** https://socket.io/docs/v4/migrating-from-2-x-to-3-0/ and https://socket.io/docs/v4/migrating-from-3-x-to-4-0/ */
const ALL_SOCKETS = "await io.fetchSockets(), or of a room await io.in(room).fetchSockets()";
const METHODS: Partial<Record<Role, Forms>> = {
  server: {
    set: "an option of new Server(server, { … }); io.use(…) for `authorization`, cors for `origins`",
    origins: 'new Server(server, { cors: { origin: "https://…" } })',
    clients: ALL_SOCKETS,
    configure: "options of new Server(server, { … })",
  },
  namespace: { clients: ALL_SOCKETS },
  socket: {
    set: "socket.data.name = value",
    get: "socket.data.name",
  },
};
const PROPERTIES: Partial<Record<Role, Forms>> = {
  namespace: { connected: "io.of(…).sockets, which is a Map: .sockets.get(id)" },
  server: {
    connected: "io.sockets.sockets, which is a Map: .get(id)",
    nsps: "io.of(name)",
  },
};

/**
 * Finds calls that version 4 of Socket.IO has dropped. Under `node` they throw, or do nothing.
 *
 * @throws Error if there is no such file
 */
export function findOldCalls(entry: string): OldCall[] {
  const project = readProject(entry);
  const roleOf = findRoles(project);
  return project.nodes
    .flatMap((node) => {
      const found = oldOf(node, project, roleOf);
      return found ? [{ ...placeOf(node), ...found }] : [];
    })
    .sort(comparePlaces);
}

type Found = Pick<OldCall, "what" | "now"> | undefined;

function oldOf(node: ts.Node, project: Project, roleOf: Roles): Found {
  if (ts.isCallExpression(node)) return oldCall(node, project, roleOf);
  if (ts.isElementAccessExpression(node)) return oldIndex(node, roleOf);
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  if (node.name.text === "broadcast") return oldBroadcast(node, roleOf);
  return formOf(PROPERTIES, node.name.text, node, () => roleOf(node.expression));
}

function oldCall(call: ts.CallExpression, project: Project, roleOf: Roles): Found {
  if (isOfPackage(call.expression, "socket.io", ["listen", "attach"])) {
    return { what: call.expression.getText(), now: "new Server(server) of socket.io" };
  }
  const parts = methodCall(call);
  if (!parts || importedThing(call.expression)) return undefined;
  const { method, receiver } = parts;
  const callback = call.arguments[method === "leaveAll" ? 0 : 1];
  const isJoin = /^(join|leave|leaveAll)$/.test(method) && callback && project.functionOf(callback);
  if (isJoin && roleOf(receiver) === "socket") {
    return {
      what: `${call.expression.getText()}(…, callback)`,
      now: `await ${call.expression.getText()}(…), since the callback is never called`,
    };
  }
  return formOf(METHODS, method, call.expression, () => roleOf(receiver));
}

/** `socket.to(room).broadcast`: rooms gave the socket itself once, and give what emits to them now. */
function oldBroadcast({ expression }: ts.PropertyAccessExpression, roleOf: Roles): Found {
  const sender = senderOf(expression);
  if (sender === expression || roleOf(sender) !== "socket") return undefined;
  const now = `${expression.getText()}, which leaves the sender out by itself`;
  return { what: `${expression.getText()}.broadcast`, now };
}

/** The socket of `socket.to(a).in(b)`. */
function senderOf(node: ts.Node): ts.Node {
  const parts = methodCall(node);
  return parts && /^(to|in)$/.test(parts.method) ? senderOf(parts.receiver) : node;
}

/** `io.sockets.sockets[id]` and `socket.rooms[name]`: objects once, a Map and a Set now. */
function oldIndex({ expression }: ts.ElementAccessExpression, roleOf: Roles): Found {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  if (!/^(sockets|rooms)$/.test(expression.name.text)) return undefined;
  const role = roleOf(expression.expression);
  const what = `${expression.getText()}[…]`;
  if (role === "namespace" && expression.name.text === "sockets") {
    return { what, now: `${expression.getText()}.get(id), since it is a Map` };
  }
  if (role === "socket" && expression.name.text === "rooms") {
    return { what, now: `${expression.getText()}.has(room), since it is a Set` };
  }
  return undefined;
}

/** @param findRole of what the name belongs to; asked for few names only, since that takes long */
function formOf(
  forms: Partial<Record<Role, Forms>>,
  name: string,
  node: ts.Node,
  findRole: () => Role | undefined,
): Found {
  if (!Object.values(forms).some((known) => Object.hasOwn(known, name))) return undefined;
  const role = findRole();
  const known = role && forms[role];
  const now = known && Object.hasOwn(known, name) ? known[name] : undefined;
  return now ? { what: node.getText(), now } : undefined;
}

/** What to do about them, as lines for a person. */
export function describeOldCalls(calls: readonly OldCall[]): string[] {
  return calls.map(
    ({ file, line, column, what, now }) =>
      `${file}:${line}:${column}  \`${what}\` is of Socket.IO 2, and version 4 has dropped it. Write instead: ${now}`,
  );
}
