import ts from "typescript";

/** Where a statement can stand that runs first whenever a scope begins. */
export type Point =
  | { readonly kind: "start"; readonly at: number }
  /** The body is no block yet, and has to be made one. */
  | { readonly kind: "around"; readonly node: ts.Node; readonly isExpression: boolean };

export function insertionPoint(node: ts.Node): Point {
  const body = bodyOf(node);
  if (ts.isSourceFile(body) || ts.isBlock(body)) return { kind: "start", at: bodyStart(node) };
  return { kind: "around", node: body, isExpression: ts.isArrowFunction(node) };
}

/** The first place of a file or block, behind its directives. */
export function bodyStart(node: ts.Node): number {
  const body = bodyOf(node);
  if (!ts.isSourceFile(body) && !ts.isBlock(body)) {
    throw new Error(`Expected a block, got ${ts.SyntaxKind[body.kind]}`);
  }
  const isDirective = (one: ts.Statement) =>
    ts.isExpressionStatement(one) && ts.isStringLiteral(one.expression);
  const directives = [];
  for (const statement of body.statements) {
    if (!isDirective(statement)) break;
    directives.push(statement);
  }
  const last = directives.at(-1);
  if (last) return last.end;
  if (ts.isSourceFile(body)) return body.statements[0]?.getStart() ?? body.end;
  return body.getStart() + 1;
}

function bodyOf(node: ts.Node): ts.Node {
  if (ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node)) {
    return node.statement;
  }
  if (ts.isCatchClause(node)) return node.block;
  if (ts.isClassStaticBlockDeclaration(node)) return node.body;
  return (ts.isFunctionLike(node) && (node as ts.FunctionLikeDeclaration).body) || node;
}

/** From 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
