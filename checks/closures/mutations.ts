import ts from "typescript";
import { bare, methodCall } from "./syntax";

/** A step from a value to a part of it: a property's name, or undefined for a computed one. */
export type Step = string | undefined;

/** A change of a variable, or of something inside the value that it holds. */
export interface Mutation {
  /** The variable's name where it is changed. */
  readonly target: ts.Identifier;
  /** From the variable to what is changed; empty for the variable itself or its value. */
  readonly path: readonly Step[];
  /** assigned: the variable gets another value; written: a part does; called: a method changes it. */
  readonly kind: "assigned" | "written" | "called";
  /** What it becomes or takes in, where the syntax says so. */
  readonly value: ts.Node | undefined;
  readonly node: ts.Node;
}

const MUTATORS =
  /^(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear)$/;
// `a ??= b` and `a ||= b` fill in what is missing; they find it missing in the next container too.
const ASSIGNMENTS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
  ts.SyntaxKind.AsteriskAsteriskEqualsToken,
  ts.SyntaxKind.SlashEqualsToken,
  ts.SyntaxKind.PercentEqualsToken,
  ts.SyntaxKind.AmpersandEqualsToken,
  ts.SyntaxKind.BarEqualsToken,
  ts.SyntaxKind.CaretEqualsToken,
  ts.SyntaxKind.LessThanLessThanEqualsToken,
  ts.SyntaxKind.GreaterThanGreaterThanEqualsToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
]);

/** The changes that a node makes by itself, those of the nodes inside it left out. */
export function mutationsOf(node: ts.Node): Mutation[] {
  if (ts.isBinaryExpression(node) && ASSIGNMENTS.has(node.operatorToken.kind)) {
    return targetsOf(node.left).flatMap((left) => written(left, node, node.right));
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    const counts =
      operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    return counts ? written(node.operand, node, undefined) : [];
  }
  if (ts.isDeleteExpression(node)) return written(node.expression, node, undefined);
  const parts = methodCall(node);
  if (!parts) return [];
  const value = parts.call.arguments.at(-1);
  if (parts.method === "assign" && parts.receiver.getText() === "Object") {
    const [object] = parts.call.arguments;
    return object ? changed(object, "written", node, value) : [];
  }
  return MUTATORS.test(parts.method) ? changed(parts.receiver, "called", node, value) : [];
}

/** The variable that an expression starts from and the way from there: `users[id].name`. */
export function pathOf(
  expression: ts.Node,
): { readonly root: ts.Identifier; readonly path: readonly Step[] } | undefined {
  const node = bare(expression);
  if (ts.isIdentifier(node)) return { root: node, path: [] };
  if (ts.isPropertyAccessExpression(node)) return extend(node.expression, node.name.text);
  if (ts.isElementAccessExpression(node)) {
    const key = node.argumentExpression;
    return extend(node.expression, ts.isStringLiteralLike(key) ? key.text : undefined);
  }
  const parts = methodCall(node);
  // What these return is the element itself and no copy of it.
  if (parts && /^(get|at|find)$/.test(parts.method)) return extend(parts.receiver, undefined);
  return undefined;
}

function extend(expression: ts.Node, step: Step): ReturnType<typeof pathOf> {
  const start = pathOf(expression);
  return start && { root: start.root, path: [...start.path, step] };
}

function written(left: ts.Node, node: ts.Node, value: ts.Node | undefined): Mutation[] {
  const place = bare(left);
  if (ts.isIdentifier(place)) return [{ target: place, path: [], kind: "assigned", value, node }];
  const isPart = ts.isPropertyAccessExpression(place) || ts.isElementAccessExpression(place);
  return isPart ? changed(place.expression, "written", node, value) : [];
}

function changed(
  object: ts.Node,
  kind: Mutation["kind"],
  node: ts.Node,
  value: ts.Node | undefined,
): Mutation[] {
  const place = pathOf(object);
  return place ? [{ target: place.root, path: place.path, kind, value, node }] : [];
}

/** The places that a destructuring assignment fills, or the one that a plain assignment does. */
function targetsOf(left: ts.Expression): ts.Expression[] {
  const target = bare(left);
  if (ts.isArrayLiteralExpression(target)) {
    return target.elements.flatMap((element) =>
      targetsOf(ts.isSpreadElement(element) ? element.expression : withoutDefault(element)),
    );
  }
  if (!ts.isObjectLiteralExpression(target)) return [left];
  return target.properties.flatMap((property) => {
    if (ts.isShorthandPropertyAssignment(property)) return [property.name];
    if (ts.isPropertyAssignment(property)) return targetsOf(withoutDefault(property.initializer));
    return ts.isSpreadAssignment(property) ? targetsOf(property.expression) : [];
  });
}

function withoutDefault(element: ts.Expression): ts.Expression {
  const isDefault =
    ts.isBinaryExpression(element) && element.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isDefault ? element.left : element;
}
