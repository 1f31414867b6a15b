import ts from "typescript";
import { bare } from "../checks/closures/syntax";
import { moduleOf } from "./closures";
import type { Frames } from "./frames";
import type { Binding, FileScopes } from "./scopes";

/**
 * Whether anything in a file may outlive an event. Rather once too often than once too seldom: a file that is compiled
 * for nothing costs some bytes, one that is not loses its memory.
 */
export function hasMemory(scopes: FileScopes, frames: Frames): boolean {
  const isOwnState = (binding: Binding) => isState(binding, scopes);
  return (
    scopes.globals.some(({ text }) => /^set(Timeout|Interval)$/.test(text)) ||
    [...scopes.module.bindings.values()].some(isOwnState) ||
    // Closures inside of closures, as listeners in listeners.
    frames.all.some(({ parent, closures }) => parent?.parent && closures.length > 0) ||
    frames.all.some(({ variables }) => variables.some(isOwnState)) ||
    [...frames.sites.keys()].some(ts.isClassLike)
  );
}

/** A variable that is set again, or that holds something to be changed. */
function isState({ kind, node, isAssigned, references }: Binding, scopes: FileScopes): boolean {
  if (!ts.isVariableDeclaration(node)) return kind === "parameter" && isAssigned;
  if (isAssigned) return true;
  const isUsed = references.length > 0;
  return isUsed && node.initializer !== undefined && holdsState(node.initializer, scopes);
}

function holdsState(initializer: ts.Expression, scopes: FileScopes): boolean {
  const inner = bare(initializer);
  if (ts.isObjectLiteralExpression(inner) || ts.isArrayLiteralExpression(inner)) return true;
  if (!ts.isNewExpression(inner) && !ts.isCallExpression(inner)) return false;
  return !isForeign(inner.expression, scopes);
}

/** Of a package, or of the platform. */
function isForeign(callee: ts.Node, { meaning }: FileScopes): boolean {
  const root = rootOf(callee);
  if (!root) return true;
  const binding = meaning.get(root);
  const module = binding && moduleOf(binding.node);
  if (module !== undefined) return !module.startsWith(".");
  return !binding && PLATFORM.test(root.text);
}

const PLATFORM = /^(require|process|JSON|Math|Date|Number|String|Promise|Buffer|URL)$/;

function rootOf(node: ts.Node): ts.Identifier | undefined {
  const inner = bare(node);
  if (ts.isIdentifier(inner)) return inner;
  if (ts.isPropertyAccessExpression(inner) || ts.isCallExpression(inner)) {
    return rootOf(inner.expression);
  }
  return undefined;
}
