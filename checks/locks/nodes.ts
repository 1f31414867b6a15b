import type { Project } from "../closures/project";
import { findRoles } from "../closures/roles";
import { engineLocks } from "./engine";
import { lateMiddlewares } from "./late";
import { optionLocks } from "./options";
import { serverLocks } from "./servers";
import type { LockNode } from "./syntax";

const nodesOf = new WeakMap<Project, readonly LockNode[]>();

/** All locks of an application, in the order of its files. */
export function lockNodes(project: Project): readonly LockNode[] {
  const found = nodesOf.get(project) ?? findNodes(project);
  nodesOf.set(project, found);
  return found;
}

function findNodes(project: Project): LockNode[] {
  const roleOf = findRoles(project);
  return project.nodes.flatMap((node) => [
    ...engineLocks(node, roleOf),
    ...serverLocks(node, project, roleOf),
    ...optionLocks(node, project, roleOf),
    ...lateMiddlewares(node, roleOf),
  ]);
}
