import ts from "typescript";
import { enclosing, type FunctionNode, isFunction } from "./syntax";

/** A name that a file introduces: a variable, parameter, function, class or import. */
export interface Declaration {
  readonly name: string;
  readonly identifier: ts.Identifier;
  /** The syntax that introduces it. */
  readonly node: ts.Node;
  /** Whose run brings it to life: it lives as long as what that run leaves behind. */
  readonly owner: FunctionNode | ts.SourceFile;
}

type Scope = Map<string, Declaration>;
const scopesOfFile = new WeakMap<ts.SourceFile, Map<ts.Node, Scope>>();

/** The declaration that a name in an expression means; undefined for globals. */
export function resolveName(identifier: ts.Identifier): Declaration | undefined {
  const scopes = scopesOf(identifier.getSourceFile());
  for (let at: ts.Node | undefined = identifier.parent; at; at = at.parent) {
    const found = scopes.get(at)?.get(identifier.text);
    if (found) return found;
  }
  return undefined;
}

function scopesOf(file: ts.SourceFile): Map<ts.Node, Scope> {
  const known = scopesOfFile.get(file);
  if (known) return known;
  const scopes = new Map<ts.Node, Scope>();
  const visit = (node: ts.Node): void => {
    declare(scopes, node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  scopesOfFile.set(file, scopes);
  return scopes;
}

function declare(scopes: Map<ts.Node, Scope>, node: ts.Node): void {
  const name = (node as Partial<ts.NamedDeclaration>).name;
  if (!introducesName(node) || !name || !ts.isIdentifier(name)) return;
  const place = scopeOf(node);
  const scope = scopes.get(place) ?? new Map<string, Declaration>();
  scopes.set(place, scope);
  // `var` may stand twice; the first one has the initializer more often.
  if (scope.has(name.text)) return;
  const owner = ownerOf(node);
  scope.set(name.text, { name: name.text, identifier: name, node, owner });
}

function introducesName(node: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isImportClause(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportEqualsDeclaration(node)
  );
}

/** The node whose inside sees the name. */
function scopeOf(node: ts.Node): ts.Node {
  if (ts.isFunctionExpression(node)) return node;
  const root = ts.isBindingElement(node) ? ts.walkUpBindingElementsAndPatterns(node) : node;
  if (ts.isParameter(root)) return root.parent;
  if (ts.isVariableDeclaration(root) && isVar(root)) return enclosing(root);
  let at = root.parent;
  while (!isBlock(at)) at = at.parent;
  return at;
}

function ownerOf(node: ts.Node): FunctionNode | ts.SourceFile {
  return ts.isFunctionExpression(node) ? node : enclosing(node);
}

function isVar(node: ts.VariableDeclaration): boolean {
  return (
    ts.isVariableDeclarationList(node.parent) && !(node.parent.flags & ts.NodeFlags.BlockScoped)
  );
}

function isBlock(node: ts.Node): boolean {
  return (
    ts.isBlock(node) ||
    ts.isSourceFile(node) ||
    ts.isModuleBlock(node) ||
    ts.isCaseBlock(node) ||
    ts.isCatchClause(node) ||
    ts.isForStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isForInStatement(node) ||
    isFunction(node)
  );
}
