import ts from "typescript";

/** A function with code of its own. */
export type FunctionNode =
  | ts.ArrowFunction
  | ts.FunctionExpression
  | ts.FunctionDeclaration
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

/** Whether a node is a function with code of its own, and not the type of one. */
export function isFunction(node: ts.Node): node is FunctionNode {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)
  );
}

/** Whether a function is written where it is used: it has no name that others could call. */
export function isInlineFunction(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** Parentheses, `as`, `satisfies` and `!`, for which the inner expression stands. */
export function isWrapping(
  node: ts.Node,
): node is
  | ts.ParenthesizedExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.TypeAssertion
  | ts.NonNullExpression {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

/** The expression inside of those and of `await`. */
export function bare(node: ts.Node): ts.Node {
  let inner = node;
  while (isWrapping(inner) || ts.isAwaitExpression(inner)) {
    inner = inner.expression;
  }
  return inner;
}

/** Whether a node is another one or lies in it. */
export function isWithin(node: ts.Node, outer: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The function that a node lies in, or the file. */
export function enclosing(node: ts.Node): FunctionNode | ts.SourceFile {
  let at = node.parent;
  while (!isFunction(at) && !ts.isSourceFile(at)) at = at.parent;
  return at;
}

/** A call of a method: `receiver.method(…)`. */
export interface MethodCall {
  readonly call: ts.CallExpression;
  readonly receiver: ts.Expression;
  readonly method: string;
}

/** Reads a node as the call of a method, if it is one. */
export function methodCall(node: ts.Node): MethodCall | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = bare(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  return { call: node, receiver: callee.expression, method: callee.name.text };
}

/** Methods that add a listener for one event. */
export const LISTENS = /^(on|once|addListener|prependListener|prependOnceListener)$/;

/** The module that `require("…")` asks for. */
export function requiredModule(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const [specifier] = node.arguments;
  if (node.expression.text !== "require" || !specifier) return undefined;
  return ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

/** All nodes below one, in source order. */
export function* descendants(node: ts.Node): Generator<ts.Node> {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) {
    yield child;
    yield* descendants(child);
  }
}
