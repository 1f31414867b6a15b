import ts from "typescript";
import { RUN_AT_CONNECT } from "../../src/locks";
import { type Application, readApplication } from "../closures/application";
import { comparePlaces, type Place, placeOf } from "../closures/findings";
import { mutationsOf, pathOf } from "../closures/mutations";
import type { Project } from "../closures/project";
import { type Reach, reachOf } from "../closures/reach";
import type { Declaration } from "../closures/scopes";
import { enclosing, type FunctionNode, isFunction, isWithin } from "../closures/syntax";
import { lockNodes } from "./nodes";
import { initializerOf } from "./options";
import type { LockNode } from "./syntax";

/** A variable that a lock of `$connect` reads, in a copy of its own, and that the application changes elsewhere. */
export interface LockMemory extends Place {
  /** As the source has it: `io.engine.use`. */
  readonly what: string;
  readonly name: string;
  /** Where it is changed first. */
  readonly changed: Place;
}

const MAX_STEPS = 20;

/**
 * Finds variables by which `allowRequest` and `io.engine.use` decide and which other code changes while the application
 * runs. It knows names and no values: fields of instances are not followed.
 *
 * @throws Error if there is no such file
 */
export function findLockMemory(entry: string): LockMemory[] {
  const application = readApplication(entry);
  const { project } = application;
  const locks = lockNodes(project).filter(({ lock }) => RUN_AT_CONNECT.includes(lock));
  if (locks.length === 0) return [];
  const changes = changesOf(application);
  return locks
    .flatMap((lock) => readBy(lock, project, changes))
    .sort(comparePlaces)
    .filter((one, index, all) => all.findIndex((other) => isSame(one, other)) === index);
}

/** One line each, in the form of a compiler's messages. */
export function describeLockMemory(found: readonly LockMemory[]): string[] {
  return found.map(
    ({ file, line, column, what, name, changed }) =>
      `${file}:${line}:${column}  ${what} reads \`${name}\`, which ${changed.file}:${changed.line} changes: it runs in the function of $connect, in a copy of the application that does not see the change. Check in io.use, which runs on the lane, or keep it in a database`,
  );
}

function isSame(a: LockMemory, b: LockMemory): boolean {
  return a.name === b.name && a.what === b.what && comparePlaces(a, b) === 0;
}

/** What is changed by functions, but those that run while the application is loaded. */
function changesOf({ project, load }: Application): ReadonlyMap<Declaration, readonly ts.Node[]> {
  const loading = new Set(load.nodes);
  const changes = new Map<Declaration, ts.Node[]>();
  for (const node of project.nodes) {
    if (loading.has(node) || ts.isSourceFile(enclosing(node))) continue;
    for (const { target, kind } of mutationsOf(node)) {
      for (const declaration of kind === "assigned"
        ? own(project, target)
        : wholes(project, target))
        changes.set(declaration, [...(changes.get(declaration) ?? []), node]);
    }
  }
  return changes;
}

function own(project: Project, target: ts.Identifier): Declaration[] {
  const declaration = project.declarationOf(target);
  return declaration ? [declaration] : [];
}

/** A variable and those whose part it is: `const user = users[id]`. */
function wholes(project: Project, target: ts.Identifier): Declaration[] {
  const found: Declaration[] = [];
  let at: ts.Identifier | undefined = target;
  for (let steps = 0; at && steps < MAX_STEPS; steps++) {
    const declaration: Declaration | undefined = project.declarationOf(at);
    if (!declaration) break;
    found.push(declaration);
    const { node } = declaration;
    const whole = ts.isVariableDeclaration(node) ? node.initializer : undefined;
    at = whole && pathOf(whole)?.root;
  }
  return found;
}

function readBy(
  { node, what }: LockNode,
  project: Project,
  changes: ReadonlyMap<Declaration, readonly ts.Node[]>,
): LockMemory[] {
  return functionsOf(node, project).flatMap((fn) => {
    const reach = reachOf(project, fn, new Set());
    return reach.nodes.filter(isRead).flatMap((identifier) => {
      const declaration = project.declarationOf(identifier);
      if (!declaration || isInside(declaration.owner, reach)) return [];
      const [change] = (changes.get(declaration) ?? []).filter((one) => !isInside(one, reach));
      if (!change) return [];
      const { name } = declaration;
      return [{ ...placeOf(identifier), what, name, changed: placeOf(change) }];
    });
  });
}

/** The functions that a lock is made of; what packages make is not read. */
function functionsOf(node: ts.Node, project: Project): FunctionNode[] {
  if (isFunction(node)) return [node];
  const values = ts.isCallExpression(node) ? node.arguments : [initializerOf(node)];
  return values.flatMap((value) => (value && project.functionOf(value)) ?? []);
}

function isRead(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent);
  return !(isMember && parent.name === node);
}

function isInside(node: ts.Node, { functions }: Reach): boolean {
  return [...functions].some((fn) => isWithin(node, fn));
}
