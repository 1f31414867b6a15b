import ts from "typescript";
import type { Step } from "./mutations";
import { resolveName } from "./scopes";
import { bare } from "./syntax";

const COLLECTIONS = /^(Map|Set|WeakMap|WeakSet|Array)$/;

/**
 * Whether what stands at a path inside a freshly made value is the program's own data, so that writing
 * to it (or, with `called`, calling `push` or `set` on it) is sure to change just that. A service that
 * happens to have a method `set` is not.
 */
export function isOwnData(made: ts.Node, path: readonly Step[], called: boolean): boolean {
  const value = bare(made);
  // What a list is made with may be services; what is put into an empty one later is data.
  if (isList(value)) return !called || path.length === 0 || isMadeEmpty(value);
  if (ts.isCallExpression(value) && value.getText() === "Object.create(null)") {
    return !called || path.length > 0;
  }
  if (!ts.isObjectLiteralExpression(value)) return false;
  if (path.length === 0) return !called;
  const { properties } = value;
  // `{}` is a dictionary: whatever is in it was put there as data.
  if (properties.length === 0) return true;
  if (path[0] === undefined) return properties.every((one) => isOwnPart(one, path, called));
  const property = properties.find((one) => one.name?.getText() === path[0]);
  return property !== undefined && isOwnPart(property, path, called);
}

function isOwnPart(
  property: ts.ObjectLiteralElementLike,
  path: readonly Step[],
  called: boolean,
): boolean {
  if (!ts.isPropertyAssignment(property)) return false;
  return isOwnData(property.initializer, path.slice(1), called);
}

function isMadeEmpty(list: ts.Node): boolean {
  if (ts.isArrayLiteralExpression(list)) return list.elements.length === 0;
  const isCall = ts.isNewExpression(list) || ts.isCallExpression(list);
  return isCall && !list.arguments?.length;
}

function isList(value: ts.Node): boolean {
  if (ts.isArrayLiteralExpression(value)) return true;
  if (!ts.isNewExpression(value) && !ts.isCallExpression(value)) return false;
  const callee = value.expression;
  if (!ts.isIdentifier(callee) || !COLLECTIONS.test(callee.text)) return false;
  return resolveName(callee) === undefined;
}
