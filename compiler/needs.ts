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
  return (
    scopes.globals.some(({ text }) => /^set(Timeout|Interval)$/.test(text)) ||
    [...scopes.module.bindings.values()].some(isState) ||
    // Closures inside of closures, as listeners in listeners.
    frames.all.some(({ parent, closures }) => parent?.parent && closures.length > 0) ||
    frames.all.some(({ variables }) => variables.some(isState)) ||
    [...frames.sites.keys()].some(ts.isClassLike)
  );
}

/** A variable that is set again, or that holds something to be changed. */
function isState({ kind, node, isAssigned, references }: Binding): boolean {
  if (!ts.isVariableDeclaration(node)) return kind === "parameter" && isAssigned;
  if (isAssigned) return true;
  const isUsed = references.length > 0;
  return isUsed && node.initializer !== undefined && holdsState(node.initializer);
}

function holdsState(initializer: ts.Expression): boolean {
  const inner = bare(initializer);
  if (ts.isObjectLiteralExpression(inner) || ts.isArrayLiteralExpression(inner)) return true;
  if (!ts.isNewExpression(inner) && !ts.isCallExpression(inner)) return false;
  return !isForeign(inner.expression);
}

/** Of a package, or of the platform. */
function isForeign(callee: ts.Node): boolean {
  const root = rootOf(callee);
  if (!root) return true;
  if (/^(require|process|JSON|Math|Date|Number|String|Promise|Buffer|URL)$/.test(root)) return true;
  const file = callee.getSourceFile();
  return file.statements.some((statement) => importsFrom(statement, root));
}

function rootOf(node: ts.Node): string | undefined {
  const inner = bare(node);
  if (ts.isIdentifier(inner)) return inner.text;
  if (ts.isPropertyAccessExpression(inner) || ts.isCallExpression(inner)) {
    return rootOf(inner.expression);
  }
  return undefined;
}

function importsFrom(statement: ts.Statement, name: string): boolean {
  if (ts.isImportDeclaration(statement)) {
    const text = statement.importClause?.getText() ?? "";
    const { text: module } = statement.moduleSpecifier as ts.StringLiteral;
    return !module.startsWith(".") && new RegExp(`\\b${escaped(name)}\\b`).test(text);
  }
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.some((one) => {
    const module = moduleOf(one);
    const isNamed = new RegExp(`(^|\\W)${escaped(name)}(\\W|$)`).test(one.name.getText());
    return module !== undefined && !module.startsWith(".") && isNamed;
  });
}

function escaped(name: string): string {
  return name.replace(/\$/g, "\\$");
}
