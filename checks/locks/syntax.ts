import ts from "typescript";
import type { LockName } from "../../src/locks";
import { bare } from "../closures/syntax";

/** A lock in the source. */
export interface LockNode {
  readonly node: ts.Node;
  readonly lock: LockName;
  readonly what: string;
}

/** A property that is written: `object.name = value`. */
export interface Write {
  readonly object: ts.Expression;
  readonly name: string;
  readonly value: ts.Expression;
}

export function writeOf(node: ts.Node): Write | undefined {
  if (!ts.isBinaryExpression(node)) return undefined;
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  const left = bare(node.left);
  if (ts.isPropertyAccessExpression(left)) {
    return { object: left.expression, name: left.name.text, value: node.right };
  }
  if (!ts.isElementAccessExpression(left)) return undefined;
  const key = left.argumentExpression;
  if (!ts.isStringLiteralLike(key)) return undefined;
  return { object: left.expression, name: key.text, value: node.right };
}

/** The name of a property in an object literal, where the syntax says it. */
export function propertyName({ name }: ts.ObjectLiteralElementLike): string | undefined {
  if (!name) return undefined;
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) return name.text;
  const isLiteral = ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression);
  return isLiteral ? (name.expression as ts.StringLiteralLike).text : undefined;
}

/** Whether a value says that there is nothing: `undefined`, `null`, `false`. */
export function isNothing(value: ts.Node | undefined): boolean {
  return value !== undefined && /^(undefined|null|false|void 0)$/.test(bare(value).getText());
}
