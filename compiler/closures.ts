import ts from "typescript";
import { hasModifier, wrapped } from "./names";
import type { Binding, FileScopes, Scope } from "./scopes";

/** A function or class that is made while the program runs, and may outlive the run that made it. */
export type ClosureNode =
  | ts.ArrowFunction
  | ts.FunctionExpression
  | ts.FunctionDeclaration
  | ts.MethodDeclaration
  | ts.ClassDeclaration
  | ts.ClassExpression;

/** Methods that call what they are given before they return, or whose promise the event waits for. */
const AT_ONCE = new Set(
  (
    "map filter forEach find findIndex findLast findLastIndex some every reduce reduceRight sort toSorted " +
    "flatMap replace replaceAll then catch finally from call apply"
  ).split(" "),
);

/** Packages of Node that keep what they are given, so that it can be called by a later event. */
const KEEPING = /^(node:)?(events|timers)$/;

/** The closures of a file that have to be made again in another container. */
export function findClosures(scopes: FileScopes): ReadonlySet<ClosureNode> {
  const found = new Set<ClosureNode>();
  const named: { readonly node: ClosureNode; readonly binding: Binding }[] = [];
  for (const node of scopes.scopes.keys()) {
    if (!isClosure(node) || !hasPlace(node)) continue;
    const binding = nameOf(node, scopes);
    if (ts.isClassLike(node) || isExported(node)) found.add(node);
    else if (binding) named.push({ node, binding });
    else if (escapes(node, scopes)) found.add(node);
  }
  // A function that is only called by its name lives as long as who calls it.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { node, binding } of named) {
      if (!found.has(node) && isKept(node, binding, found)) found.add(node);
    }
  }
  return found;
}

export function isClosure(node: ts.Node): node is ClosureNode {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassLike(node) ||
    (ts.isMethodDeclaration(node) &&
      ts.isObjectLiteralExpression(node.parent) &&
      ts.isIdentifier(node.name))
  );
}

/** Not in a list of parameters or the head of a loop, where nothing can stand in front; namespaces are left alone. */
function hasPlace(node: ts.Node): boolean {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at;
    if (ts.isModuleBlock(parent) || ts.isDecorator(parent)) return false;
    if (ts.isParameter(parent) || ts.isHeritageClause(parent)) return false;
    const isLoop = ts.isForStatement(parent) || ts.isForInStatement(parent);
    if ((isLoop || ts.isForOfStatement(parent)) && at !== parent.statement) return false;
  }
  return true;
}

/** The variable or function name by which alone a closure can be reached. */
function nameOf(node: ClosureNode, { scopes, meaning }: FileScopes): Binding | undefined {
  if (ts.isFunctionDeclaration(node)) {
    return node.name && bindingAt(node, node.name.text, scopes);
  }
  const { parent } = wrapped(node);
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return undefined;
  const declared = bindingAt(parent, parent.name.text, scopes);
  return declared && !meaning.has(parent.name) ? declared : undefined;
}

function bindingAt(node: ts.Node, name: string, scopes: FileScopes["scopes"]): Binding | undefined {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    const known = scopes.get(at)?.bindings.get(name);
    if (known) return known;
  }
  return undefined;
}

function isExported(node: ClosureNode): boolean {
  if (ts.isFunctionDeclaration(node)) return hasModifier(node, ts.SyntaxKind.ExportKeyword);
  const { parent } = wrapped(node);
  const list = ts.isVariableDeclaration(parent) && parent.parent.parent;
  return !!list && hasModifier(list, ts.SyntaxKind.ExportKeyword);
}

function isKept(node: ClosureNode, binding: Binding, kept: ReadonlySet<ts.Node>): boolean {
  return binding.references.some(({ node: use, scope }) => {
    if (!isCallee(use)) return true;
    // Another closure calls it, which lives longer than the run that made both.
    if (isModuleScope(binding.scope)) return false;
    for (let at: Scope | undefined = scope; at && at !== binding.scope; at = at.parent) {
      if (at.node !== node && kept.has(at.node)) return true;
    }
    return false;
  });
}

function isModuleScope(scope: Scope): boolean {
  return scope.parent === undefined;
}

function isCallee(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.expression === node;
}

function escapes(node: ClosureNode, scopes: FileScopes): boolean {
  const outer = wrapped(node);
  const { parent } = outer;
  if (ts.isExpressionStatement(parent)) return false;
  if (ts.isPropertyAccessExpression(parent)) return !/^(call|apply)$/.test(parent.name.text);
  if (ts.isNewExpression(parent) && parent.expression.getText() === "Promise") return false;
  if (!ts.isCallExpression(parent)) return true;
  return parent.expression !== outer && !runsAtOnce(parent, scopes);
}

function runsAtOnce({ expression }: ts.CallExpression, scopes: FileScopes): boolean {
  let callee: ts.Node = expression;
  if (ts.isPropertyAccessExpression(callee)) {
    if (AT_ONCE.has(callee.name.text)) return true;
    callee = callee.expression;
  }
  const binding = scopes.meaning.get(callee);
  const module = binding && packageOf(binding);
  return module !== undefined && !KEEPING.test(module);
}

/** The package that a name stands for: what it is given, nothing of ours can give back. */
export function packageOf({ node }: Binding): string | undefined {
  const module = moduleOf(node);
  return module !== undefined && !/^(\.|\/|socket\.io$)/.test(module) ? module : undefined;
}

/** The module that an import or a `require` names. */
export function moduleOf(node: ts.Node): string | undefined {
  if (ts.isVariableDeclaration(node)) return node.initializer && required(node.initializer);
  let at: ts.Node = node;
  while (at.parent && !ts.isImportDeclaration(at)) at = at.parent;
  if (ts.isImportDeclaration(at)) return (at.moduleSpecifier as ts.StringLiteral).text;
  return ts.isImportEqualsDeclaration(node) ? required(node.moduleReference) : undefined;
}

/** `require("x")`, also its member: `require("x").y`. */
function required(node: ts.Node): string | undefined {
  if (ts.isExternalModuleReference(node)) return textOf(node.expression);
  if (ts.isPropertyAccessExpression(node)) return required(node.expression);
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  return node.expression.text === "require" ? textOf(node.arguments[0]) : undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}
