import ts from "typescript";
import { bare } from "./syntax";

/** What a file exports by name: an expression or declaration here, or a name of another module. */
export type Exported = ts.Node | { readonly module: string; readonly name: string };

const exportsOfFile = new WeakMap<ts.SourceFile, Map<string, Exported>>();

/**
 * The exports of a file, ESM and CommonJS alike. `default` is also what `module.exports` was set to;
 * `export * from` appears under `*` followed by the module.
 */
export function exportsOf(file: ts.SourceFile): ReadonlyMap<string, Exported> {
  const known = exportsOfFile.get(file);
  if (known) return known;
  const found = new Map<string, Exported>();
  for (const statement of file.statements) {
    readDeclared(statement, found);
    readReExported(statement, found);
    if (ts.isExportAssignment(statement)) setWhole(statement.expression, found);
    if (ts.isExpressionStatement(statement)) readCommonJs(statement.expression, found);
  }
  exportsOfFile.set(file, found);
  return found;
}

/** `export const a = …`, `export function a() …`, `export class A …`, `export default …`. */
function readDeclared(statement: ts.Statement, found: Map<string, Exported>): void {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return;
  if (ts.isVariableStatement(statement)) {
    for (const { name } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name)) found.set(name.text, name);
    }
  } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    if (isDefault) found.set("default", statement);
    else if (statement.name) found.set(statement.name.text, statement.name);
  }
}

/** `export { a as b }`, `export { a } from "./b"`, `export * from "./b"`. */
function readReExported(statement: ts.Statement, found: Map<string, Exported>): void {
  if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return;
  const from = statement.moduleSpecifier;
  const module = from && ts.isStringLiteralLike(from) ? from.text : undefined;
  if (!statement.exportClause) {
    if (module) found.set(`*${module}`, { module, name: "*" });
  } else if (ts.isNamedExports(statement.exportClause)) {
    for (const { name, propertyName = name } of statement.exportClause.elements) {
      found.set(name.text, module ? { module, name: propertyName.text } : propertyName);
    }
  }
}

/** `module.exports = …`, `module.exports.a = …`, `exports.a = …`, `exports = module.exports = …`. */
function readCommonJs(expression: ts.Expression, found: Map<string, Exported>): void {
  if (!ts.isBinaryExpression(expression)) return;
  if (expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
  const { left, right } = expression;
  if (isExports(left)) {
    readCommonJs(right, found);
    setWhole(right, found);
  } else if (ts.isPropertyAccessExpression(left) && isExports(left.expression)) {
    found.set(left.name.text, right);
  }
}

function isExports(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === "exports";
  return ts.isPropertyAccessExpression(node) && node.getText() === "module.exports";
}

function setWhole(expression: ts.Expression, found: Map<string, Exported>): void {
  const whole = bare(expression);
  found.set("default", whole);
  if (!ts.isObjectLiteralExpression(whole)) return;
  for (const property of whole.properties) {
    if (!property.name || !ts.isIdentifier(property.name)) continue;
    if (ts.isShorthandPropertyAssignment(property)) found.set(property.name.text, property.name);
    if (ts.isPropertyAssignment(property)) found.set(property.name.text, property.initializer);
    if (ts.isMethodDeclaration(property)) found.set(property.name.text, property);
  }
}
