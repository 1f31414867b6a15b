import path from "node:path";
import ts from "typescript";
import { readProject } from "./closures/project";
import { findRoles } from "./closures/roles";

/** An application that makes a Socket.IO server, and the files that it consists of. */
export interface FoundServer {
  readonly entry: string;
  /** Absolute paths. */
  readonly files: ReadonlySet<string>;
}

/** The application of a file; `undefined` where its sources make no Socket.IO server. */
export function findServer(entry: string): FoundServer | undefined {
  const project = readProject(entry);
  // To read roles takes a while, and most files say nothing of it.
  if (!project.files.some(({ text }) => text.includes("socket.io"))) return undefined;
  const roleOf = findRoles(project);
  const makes = project.nodes.some(
    (node) => (ts.isNewExpression(node) || ts.isCallExpression(node)) && roleOf(node) === "server",
  );
  if (!makes) return undefined;
  return { entry, files: new Set(project.files.map(({ fileName }) => path.resolve(fileName))) };
}
