import { Server } from "socket.io";
import type { MadeServer } from "./hosted";
import { isToldToListen } from "./listening";

/** An export `io` says which server is hosted, in each form that modules have. */
export async function exportedServer(exports: unknown): Promise<Server | undefined> {
  for (const candidate of candidatesOf(exports)) {
    const value = await candidate;
    if (value instanceof Server) return value;
  }
  return undefined;
}

/** `module.exports = { io }`, `export const io`, `export default io`, `export default { io }`, `module.exports = io`. */
function candidatesOf(exports: unknown): unknown[] {
  const { io, default: standard } = membersOf(exports);
  const { io: inner } = membersOf(standard);
  return [io, standard, inner, exports];
}

function membersOf(value: unknown): { readonly io?: unknown; readonly default?: unknown } {
  return (typeof value === "object" && value !== null) || typeof value === "function" ? value : {};
}

/** Whether clients could reach a server: it has no HTTP server, or that one has been told to listen. */
export function isReachable(io: Server): boolean {
  const { httpServer } = io as Partial<Server>;
  return !httpServer || isToldToListen(httpServer);
}

const exportLine = (file: string) =>
  /\.m[jt]s$/.test(file)
    ? "export { io };"
    : "module.exports = { io };   (in a script) or   export { io };   (in a module)";

/** @throws Error that names the places and the line to paste, unless there is exactly one server */
export function onlyServer(made: readonly MadeServer[], file: string): Server {
  const [only, ...others] = made;
  if (only && others.length === 0) return only.io;
  throw new Error(only ? describeSeveral(made, file) : describeNone(file));
}

function describeSeveral(made: readonly MadeServer[], file: string): string {
  const places = made.map(({ place }) => `    ${place}`).join("\n");
  return `Cannot host ${file}: it makes ${made.length} servers of socket.io, and one is hosted:
${places}
  Paste at its end, with the name of the one that clients use:
    ${exportLine(file)}`;
}

function describeNone(file: string): string {
  return `Cannot host ${file}: it has made no server of socket.io while it was loaded.
  Looked for: \`new Server(…)\` and \`require("socket.io")(…)\` of socket.io, anywhere in the application, and for an export \`io\`.
  If it makes its server only when it is called, paste at its end, with the name of that function:
    ${exportLine(file).replaceAll("{ io }", "{ io: makeServer() }")}`;
}
