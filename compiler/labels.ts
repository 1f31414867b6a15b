import ts from "typescript";
import { wrapped } from "./names";

/** What a person would call a function, class or block: ids are made of it, so that moved code keeps them. */
export function labelOf(node: ts.Node): string {
  const own = (node as Partial<ts.NamedDeclaration>).name;
  if (own) return textOf(own);
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node) && !ts.isClassLike(node)) {
    return ts.isFunctionLike(node) ? "default" : "block";
  }
  const outer = wrapped(node);
  return inferredName(node) ?? ofCall(outer.parent, outer) ?? "function";
}

function ofCall(call: ts.Node, argument: ts.Node): string | undefined {
  if (!ts.isCallExpression(call) || call.expression === argument) return undefined;
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  if (!ts.isIdentifier(name)) return undefined;
  const [first] = call.arguments;
  return first && ts.isStringLiteralLike(first) ? `${name.text}:${first.text}` : name.text;
}

/** The name that JavaScript gives to a function without one, by the place where it stands. */
export function inferredName(node: ts.Node): string | undefined {
  if ((node as Partial<ts.NamedDeclaration>).name) return undefined;
  const outer = parenthesized(node);
  const { parent } = outer;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) {
    return ts.isComputedPropertyName(parent.name) ? undefined : textOf(parent.name);
  }
  if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) {
    return ts.isIdentifier(parent.name) ? parent.name.text : undefined;
  }
  if (ts.isBinaryExpression(parent) && parent.right === outer) {
    const isSet = /^(=|\?\?=|\|\|=|&&=)$/.test(parent.operatorToken.getText());
    return isSet && ts.isIdentifier(parent.left) ? parent.left.text : undefined;
  }
  return ts.isExportAssignment(parent) && !parent.isExportEquals ? "default" : undefined;
}

/** Only parentheses let a name through, but types are not there when the program runs. */
function parenthesized(node: ts.Node): ts.Node {
  return wrapped(node);
}

function textOf(name: ts.Node): string {
  if (ts.isComputedPropertyName(name)) return "computed";
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name)
    ? name.text
    : name.getText();
}
