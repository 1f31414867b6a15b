import ts from "typescript";
import type { Handler } from "../handlers";
import { type Mutation, pathOf } from "../mutations";
import { type Declaration, resolveName } from "../scopes";
import { bare, descendants, isFunction, isWithin } from "../syntax";

/**
 * Whether a change fills in what a test found missing, as in `if (!client) client = connect()`: the
 * next container finds it missing too and fills it in for itself.
 */
export function isGuardedFill(node: ts.Node, declaration: Declaration): boolean {
  if (ts.isCallExpression(node) && !/\.set$/.test(node.expression.getText())) return false;
  for (let at = node; at.parent && !isFunction(at.parent); at = at.parent) {
    const { parent } = at;
    if (!ts.isIfStatement(parent) || parent.thenStatement !== at) continue;
    if (testsForMissing(parent.expression, declaration)) return true;
  }
  return false;
}

function testsForMissing(condition: ts.Expression, declaration: Declaration): boolean {
  const test = bare(condition);
  if (ts.isPrefixUnaryExpression(test) && test.operator === ts.SyntaxKind.ExclamationToken) {
    return startsAt(test.operand, declaration);
  }
  if (!ts.isBinaryExpression(test)) return false;
  const { left, right, operatorToken } = test;
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    return testsForMissing(left, declaration) || testsForMissing(right, declaration);
  }
  return /^={2,3}$/.test(operatorToken.getText()) && /^(null|undefined)$/.test(right.getText())
    ? startsAt(left, declaration)
    : false;
}

function startsAt(expression: ts.Expression, declaration: Declaration): boolean {
  const node = bare(expression);
  const isHas = ts.isCallExpression(node) && /\.has$/.test(node.expression.getText());
  const subject = isHas ? (node.expression as ts.PropertyAccessExpression).expression : node;
  const root = pathOf(subject)?.root;
  return root !== undefined && resolveName(root) === declaration;
}

/**
 * Whether a variable is only a place to put something down: one handler alone uses it and begins by
 * assigning it, so what the run before left in it is never read.
 */
export function isScratch(
  declaration: Declaration,
  changes: readonly { readonly mutation: Mutation; readonly handler: Handler }[],
): boolean {
  const [change] = changes;
  if (!change || !isPlainStatement(change)) return false;
  const uses = [...descendants(declaration.owner)].filter(
    (node): node is ts.Identifier =>
      ts.isIdentifier(node) &&
      node.text === declaration.name &&
      node !== declaration.identifier &&
      resolveName(node) === declaration,
  );
  const { handler, mutation } = change;
  return uses[0] === mutation.target && uses.every((use) => isWithin(use, handler.fn));
}

/** `x = …;` directly in the body of the handler, and not of itself (`x = x + 1`). */
function isPlainStatement({
  mutation: { node, kind, target },
  handler,
}: {
  readonly mutation: Mutation;
  readonly handler: Handler;
}): boolean {
  if (kind !== "assigned" || !ts.isBinaryExpression(node)) return false;
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  if (!ts.isExpressionStatement(node.parent) || node.parent.parent !== handler.fn.body)
    return false;
  return ![...descendants(node.right), node.right].some(
    (one) => ts.isIdentifier(one) && one.text === target.text,
  );
}
