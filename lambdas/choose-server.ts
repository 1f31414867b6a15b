import { Server } from "socket.io";
import type { MadeServer } from "./hosted";
import { isReady } from "./listening";

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

/** Whether clients could reach a server: it has no HTTP server, or that one listens, and its callback is over. */
export function isReachable(io: Server): boolean {
  const { httpServer } = io as Partial<Server>;
  return !httpServer || isReady(httpServer);
}

/** What messages say of an application. */
export interface ApplicationFile {
  /** The file that `node` would run. */
  readonly file: string;
  readonly isModule: boolean;
}

/** @throws Error that names the places and the line to paste, unless there is exactly one server */
export function onlyServer(made: readonly MadeServer[], application: ApplicationFile): Server {
  const [only, ...others] = made;
  if (only && others.length === 0) return only.io;
  throw new Error(only ? describeSeveral(made, application) : describeNone(application));
}

function describeSeveral(made: readonly MadeServer[], { file, isModule }: ApplicationFile): string {
  const places = made.map(({ place }) => `    ${place()}`).join("\n");
  return `Cannot host ${file}: it makes ${made.length} servers of socket.io, and one is hosted:
${places}
  Paste at its end, with the name of the one that clients use:
    ${isModule ? "export { io };" : "module.exports = { io };"}`;
}

function describeNone({ file, isModule }: ApplicationFile): string {
  return `Cannot host ${file}: it has made no server of socket.io while it was loaded.
  Looked for \`new Server(…)\` and \`require("socket.io")(…)\`, anywhere in the application, and for an export \`io\`.
  If a function makes the server, paste at the end, with the name of that function:
    ${isModule ? "export const io = makeServer();" : "module.exports = { io: makeServer() };"}`;
}
