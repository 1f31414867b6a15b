import ts from "typescript";
import { isWrapping } from "../checks/closures/syntax";

/** What has no meaning when the program runs. */
export function isTypeOnly(node: ts.Node): boolean {
  if (ts.isExpressionWithTypeArguments(node)) return false;
  if (ts.isTypeNode(node) || ts.isTypeParameterDeclaration(node)) return true;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isHeritageClause(node)) return node.token === ts.SyntaxKind.ImplementsKeyword;
  if (ts.isFunctionLike(node) && !("body" in node && node.body)) return true;
  return ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.DeclareKeyword);
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

/** Goes through the children of a node that mean something when the program runs. */
export function skipsTypes(node: ts.Node, visit: (child: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    if (!isTypeOnly(child)) visit(child);
  });
}

/** Whether an identifier uses a name, and does not only declare one or call a property. */
export function isName(id: ts.Identifier): boolean {
  const { parent } = id;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === id;
  if (ts.isExportSpecifier(parent)) {
    return !parent.parent.parent.moduleSpecifier && (parent.propertyName ?? parent.name) === id;
  }
  if (ts.isBindingElement(parent)) return parent.initializer === id;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isMetaProperty(parent) || ts.isQualifiedName(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  if (ts.isImportClause(parent) || ts.isImportSpecifier(parent)) return false;
  if (ts.isNamespaceExport(parent) || ts.isJsxAttribute(parent)) return false;
  return (parent as Partial<ts.NamedDeclaration>).name !== id;
}

/** Whether a use of a name, or of a property, gives it another value. */
export function assigns(id: ts.Node): boolean {
  let at: ts.Node = id;
  for (;;) {
    const { parent } = at;
    if (ts.isBinaryExpression(parent)) {
      const { kind } = parent.operatorToken;
      const isAssignment =
        kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
      return isAssignment && parent.left === at;
    }
    if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
      const { operator } = parent;
      return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    }
    if (ts.isForInStatement(parent) || ts.isForOfStatement(parent))
      return parent.initializer === at;
    if (!isPattern(parent, at)) return false;
    at = parent;
  }
}

/** Parts of a literal that may be the left side of an assignment. */
function isPattern(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isPropertyAssignment(parent)) return parent.initializer === child;
  return (
    ts.isParenthesizedExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isNonNullExpression(parent)
  );
}

/** The outermost expression that stands for a node. */
export function wrapped(node: ts.Node): ts.Node {
  let at = node;
  while (isWrapping(at.parent)) at = at.parent;
  return at;
}
