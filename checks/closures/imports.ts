import ts from "typescript";
import { type Declaration, resolveName } from "./scopes";
import { bare, requiredModule } from "./syntax";

/** A thing of a module: its export of that name, or with `*` the module as a whole. */
export interface Imported {
  readonly module: string;
  readonly name: string;
}

/**
 * What an expression imports: `Server` after `import { Server } from "socket.io"`, `http.createServer`,
 * `require("./handlers")`.
 */
export function importedThing(expression: ts.Node): Imported | undefined {
  const node = bare(expression);
  const required = requiredModule(node);
  if (required) return { module: required, name: "*" };
  if (ts.isIdentifier(node)) {
    const declaration = resolveName(node);
    return declaration && importOf(declaration);
  }
  if (ts.isPropertyAccessExpression(node)) return memberOf(node.expression, node.name.text);
  if (ts.isQualifiedName(node)) return memberOf(node.left, node.right.text);
  return undefined;
}

/** What a name imports, if an import or a `require` declares it. */
export function importOf({ node }: Declaration): Imported | undefined {
  if (ts.isImportClause(node)) return fromImport(node, "default");
  if (ts.isNamespaceImport(node)) return fromImport(node, "*");
  if (ts.isImportSpecifier(node)) return fromImport(node, (node.propertyName ?? node.name).text);
  if (ts.isImportEqualsDeclaration(node)) {
    const reference = node.moduleReference;
    if (!ts.isExternalModuleReference(reference)) return undefined;
    return ts.isStringLiteralLike(reference.expression)
      ? { module: reference.expression.text, name: "*" }
      : undefined;
  }
  if (ts.isBindingElement(node)) return fromDestructuring(node);
  if (!ts.isVariableDeclaration(node) || !node.initializer) return undefined;
  const required = requiredModule(bare(node.initializer));
  if (required) return { module: required, name: "*" };
  // `const Server = require("socket.io").Server`
  const initializer = bare(node.initializer);
  return ts.isPropertyAccessExpression(initializer) && requiredModule(initializer.expression)
    ? importedThing(initializer)
    : undefined;
}

/** Whether an expression is a package's export; the whole package counts as its default export. */
export function isOfPackage(expression: ts.Node, module: string, names: string[]): boolean {
  const thing = importedThing(expression);
  if (thing?.module.replace(/^node:/, "") !== module) return false;
  return names.includes(thing.name === "*" ? "default" : thing.name);
}

function memberOf(expression: ts.Node, name: string): Imported | undefined {
  const whole = importedThing(expression);
  const isWhole = whole?.name === "*" || whole?.name === "default";
  return whole && isWhole ? { module: whole.module, name } : undefined;
}

function fromImport(node: ts.Node, name: string): Imported | undefined {
  let at = node.parent;
  while (at && !ts.isImportDeclaration(at)) at = at.parent;
  return at && ts.isStringLiteralLike(at.moduleSpecifier)
    ? { module: at.moduleSpecifier.text, name }
    : undefined;
}

/** `const { a, b: c } = require("./x")` */
function fromDestructuring(node: ts.BindingElement): Imported | undefined {
  const { parent } = node.parent;
  if (!ts.isVariableDeclaration(parent) || !parent.initializer || node.dotDotDotToken)
    return undefined;
  const module = requiredModule(bare(parent.initializer));
  const name = node.propertyName ?? node.name;
  return module && ts.isIdentifier(name) ? { module, name: name.text } : undefined;
}
