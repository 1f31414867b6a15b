import { describeLock, type LockName, RUN_AT_CONNECT } from "../../src/locks";
import { comparePlaces, type Place, placeOf } from "../closures/findings";
import { readProject } from "../closures/project";
import { methodCall } from "../closures/syntax";
import { lockNodes } from "./nodes";

/** A lock that would be open in silence, and where it stands. */
export interface FoundLock extends Place {
  readonly lock: LockName;
  /** As the source has it: `io.engine.use`. */
  readonly what: string;
}

/**
 * Finds what an application keeps clients out with and what cannot run here: upgrade handlers, methods of the engine
 * and the like. It knows syntax and no values: options that a function or a package makes are refused when
 * the application is loaded.
 *
 * @throws Error if there is no such file
 */
export function findLocks(entry: string): FoundLock[] {
  return lockNodes(readProject(entry))
    .filter(({ lock }) => !RUN_AT_CONNECT.includes(lock))
    .map(({ node, lock, what }) => ({ ...placeOf(node), lock, what }))
    .sort(comparePlaces);
}

/**
 * Whether an application has locks that run at `$connect`: `io.engine.use`, `allowRequest`. In doubt it has, since the
 * function of $connect then only loads it for nothing.
 */
export function hasConnectLocks(entry: string): boolean {
  const project = readProject(entry);
  return (
    lockNodes(project).some(({ lock }) => RUN_AT_CONNECT.includes(lock)) ||
    project.nodes.some((node) => {
      const { method, receiver } = methodCall(node) ?? {};
      return method === "use" && /\bengine\b/.test(receiver?.getText() ?? "");
    })
  );
}

/** What to do about them, as text for a person. */
export function describeLocks(locks: readonly FoundLock[]): string {
  const lines = locks.map(
    ({ file, line, column, lock, what }) =>
      `${file}:${line}:${column}  ${describeLock(lock, what)}`,
  );
  return `Cannot run an application that keeps clients out in ways that do not run here:\n\n${lines.join("\n")}\n`;
}
