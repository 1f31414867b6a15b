import ts from "typescript";
import { type Place, placeOf } from "./closures/findings";
import { importedThing } from "./closures/imports";
import { readProject } from "./closures/project";
import { resolveName } from "./closures/scopes";
import { bare } from "./closures/syntax";

/** A place where an application reads its environment. */
export interface EnvironmentRead extends Place {
  /** The variable; `undefined` where only the running program knows which. */
  readonly name: string | undefined;
  /** Whether the source says what to take when it is not set: `process.env.PORT || 3000`. */
  readonly hasFallback: boolean;
}

type Read = Pick<EnvironmentRead, "name" | "hasFallback"> & { readonly node: ts.Node };

/**
 * Finds where an application reads variables of its environment, in the entry and in what it imports by relative
 * paths; packages are not read.
 *
 * @throws Error if there is no such file
 */
export function findEnvironmentReads(entry: string): EnvironmentRead[] {
  return readProject(entry)
    .nodes.filter(isEnvironment)
    .flatMap(readsOf)
    .map(({ node, name, hasFallback }) => ({ ...placeOf(node), name, hasFallback }));
}

/** `process.env`, and `env` of `node:process`; not where a name is imported or declared. */
function isEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    if (node.name.text !== "env") return false;
    const object = bare(node.expression);
    if (ts.isIdentifier(object) && object.text === "process" && !resolveName(object)) return true;
    return /^(node:)?process$/.test(importedThing(object)?.module ?? "");
  }
  if (!ts.isIdentifier(node) || !isUse(node)) return false;
  const thing = importedThing(node);
  return thing?.name === "env" && /^(node:)?process$/.test(thing.module);
}

/** Not where it only names something: a member, a property, what is imported or declared. */
function isUse(node: ts.Identifier): boolean {
  return (node.parent as Partial<ts.NamedDeclaration>).name !== node;
}

function readsOf(environment: ts.Node): Read[] {
  const { parent } = environment;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === environment) {
    return isWritten(parent) ? [] : [readAs(parent.name.text, parent)];
  }
  if (ts.isElementAccessExpression(parent) && parent.expression === environment) {
    if (isWritten(parent)) return [];
    const key = parent.argumentExpression;
    return [readAs(ts.isStringLiteralLike(key) ? key.text : undefined, parent)];
  }
  const isTaken = ts.isVariableDeclaration(parent) && parent.initializer === environment;
  if (isTaken && ts.isObjectBindingPattern(parent.name)) return parent.name.elements.map(taken);
  return [{ node: environment, name: undefined, hasFallback: false }];
}

function readAs(name: string | undefined, node: ts.Expression): Read {
  return { node, name, hasFallback: hasFallback(node) };
}

/** `const { A, B: b, C = "c", ...rest } = process.env` */
function taken(element: ts.BindingElement): Read {
  const name = element.propertyName ?? element.name;
  const isKnown = !element.dotDotDotToken && (ts.isIdentifier(name) || ts.isStringLiteral(name));
  return {
    node: element,
    name: isKnown ? name.text : undefined,
    hasFallback: element.initializer !== undefined,
  };
}

function hasFallback(node: ts.Expression): boolean {
  let at: ts.Node = node;
  while (bare(at.parent) === node || ts.isCallExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (!ts.isBinaryExpression(parent) || parent.left !== at) return false;
  return ["||", "??"].includes(parent.operatorToken.getText());
}

function isWritten(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isDeleteExpression(parent)) return true;
  return ts.isBinaryExpression(parent) && parent.left === node && isAssignment(parent);
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** Lambda's own, and what matters to nothing where nothing listens. */
const NEEDLESS = /^(AWS_|LAMBDA_|_|(NODE_ENV|PORT|HOST|HOSTNAME|TZ|LANG|PATH|NODE_PATH)$)/;

/**
 * One line for each variable that the application would read as `undefined`, and for each place that reads names
 * which the source does not tell.
 *
 * @param isSet whether something sets a variable
 * @param wayOut how to set one
 */
export function describeUnset(
  reads: readonly EnvironmentRead[],
  isSet: (name: string) => boolean,
  wayOut: string,
): string[] {
  const named = new Set<string>();
  return reads.flatMap(({ file, line, column, name, hasFallback }) => {
    const place = `${file}:${line}:${column}`;
    if (name === undefined) {
      return `${place}  \`process.env\` is read by names that the source does not tell: those that the application needs must be set by ${wayOut}`;
    }
    if (hasFallback || NEEDLESS.test(name) || named.has(name) || isSet(name)) return [];
    named.add(name);
    return `${place}  \`process.env.${name}\` is undefined, since nothing sets it: set it by ${wayOut}`;
  });
}
