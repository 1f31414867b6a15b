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
    return counts(node) ? written(node.operand, node, undefined) : [];
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

/** A change of a field of `this`, or of something inside it. */
export interface FieldChange {
  readonly field: string;
  /** From the field to what is changed. */
  readonly mutation: Pick<Mutation, "path" | "kind" | "value" | "node">;
}

/** The changes of fields that a node makes by itself: `this.players[id] = …`, `this.list.push(…)`. */
export function fieldChanges(node: ts.Node): FieldChange[] {
  return changesOf(node).flatMap(({ place, kind, value }) => {
    const way = wayFromThis(place);
    const [field, ...path] = way ?? [];
    if (field === undefined) return [];
    // What a change is written to is the last step, and not what holds it.
    const isField = kind !== "called" && path.length === 0;
    const inside = kind === "called" ? path : path.slice(0, -1);
    return { field, mutation: { path: inside, kind: isField ? "assigned" : kind, value, node } };
  });
}

function changesOf(
  node: ts.Node,
): { place: ts.Node; kind: "written" | "called"; value: ts.Node | undefined }[] {
  if (ts.isBinaryExpression(node) && ASSIGNMENTS.has(node.operatorToken.kind)) {
    return targetsOf(node.left).map((place) => ({ place, kind: "written", value: node.right }));
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return counts(node) ? [{ place: node.operand, kind: "written", value: undefined }] : [];
  }
  if (ts.isDeleteExpression(node)) {
    return [{ place: node.expression, kind: "written", value: undefined }];
  }
  const parts = methodCall(node);
  if (!parts || !MUTATORS.test(parts.method)) return [];
  return [{ place: parts.receiver, kind: "called", value: parts.call.arguments.at(-1) }];
}

function counts({ operator }: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

function wayFromThis(place: ts.Node): Step[] | undefined {
  const node = bare(place);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return [];
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined;
  const before = wayFromThis(node.expression);
  return before && [...before, ts.isPropertyAccessExpression(node) ? node.name.text : undefined];
}

/** Whether a change only takes away: `delete`, `clear`, or nothing in place of what was there. */
export function takesAway({ node, value }: Pick<Mutation, "node" | "value">): boolean {
  const { method } = methodCall(node) ?? { method: undefined };
  if (method !== undefined) return /^(delete|clear|pop|shift)$/.test(method);
  if (ts.isDeleteExpression(node)) return true;
  return value !== undefined && /^(null|undefined)$/.test(value.getText());
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
