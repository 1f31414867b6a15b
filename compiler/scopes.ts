import ts from "typescript";
import { assigns, isName, isTypeOnly, skipsTypes } from "./names";

/** How a name comes to be; `this` and `arguments` are names too, since arrow functions capture them. */
export type BindingKind =
  | "var"
  | "let"
  | "const"
  | "parameter"
  | "function"
  | "class"
  | "imported"
  | "other"
  | "own";

/** A name that a scope introduces. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  readonly scope: Scope;
  readonly node: ts.Node;
  readonly references: Reference[];
  isAssigned: boolean;
}

/** A place that uses a name. */
export interface Reference {
  readonly node: ts.Node;
  readonly scope: Scope;
}

/** What one run of a piece of source brings to life: a module, a function, a block, the initializer of a field. */
export interface Scope {
  readonly node: ts.Node;
  readonly parent: Scope | undefined;
  readonly bindings: Map<string, Binding>;
  /** Whether `this` means something of its own in it. */
  readonly hasThis: boolean;
}

/** A file with its names resolved. */
export interface FileScopes {
  readonly file: ts.SourceFile;
  readonly module: Scope;
  /** By the node that opens them. */
  readonly scopes: ReadonlyMap<ts.Node, Scope>;
  /** What each name means; none for globals. */
  readonly meaning: ReadonlyMap<ts.Node, Binding>;
  /** Uses of names that the file does not declare. */
  readonly globals: readonly ts.Identifier[];
}

/** Finds the scopes of a file and what each name in it means. */
export function readScopes(file: ts.SourceFile): FileScopes {
  const scopes = new Map<ts.Node, Scope>();
  const references: Reference[] = [];
  const open = (node: ts.Node, parent: Scope | undefined, hasThis = false): Scope => {
    const scope: Scope = { node, parent, bindings: new Map(), hasThis };
    scopes.set(node, scope);
    return scope;
  };
  const module = open(file, undefined);
  const visit = (node: ts.Node, scope: Scope): void => {
    if (isTypeOnly(node)) return;
    declare(node, scope);
    if (node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && isName(node))) {
      references.push({ node, scope });
    }
    const inner = opensScope(node) ? open(node, scope, hasOwnThis(node)) : scope;
    if (ts.isFunctionExpression(node) && node.name) bind(inner, node.name.text, "own", node);
    if (ts.isClassExpression(node) && node.name) bind(inner, node.name.text, "own", node);
    skipsTypes(node, (child) => visit(child, scopeOfChild(node, child, scope, inner)));
  };
  skipsTypes(file, (child) => visit(child, module));
  return { file, module, scopes, ...resolve(references) };
}

/** The name of a function or class is not inside of it, nor is what a class extends or how a member is called. */
function scopeOfChild(node: ts.Node, child: ts.Node, outer: Scope, inner: Scope): Scope {
  if (ts.isPropertyDeclaration(node)) return child === node.initializer ? inner : outer;
  if (ts.isMethodDeclaration(node) && child === node.name) return outer;
  return inner;
}

function opensScope(node: ts.Node): boolean {
  if (ts.isBlock(node)) return !ts.isFunctionLike(node.parent) && !ts.isCatchClause(node.parent);
  return (
    ts.isFunctionLike(node) ||
    ts.isClassLike(node) ||
    ts.isClassStaticBlockDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isModuleBlock(node) ||
    ts.isForStatement(node) ||
    ts.isForInStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isCatchClause(node) ||
    ts.isCaseBlock(node)
  );
}

function hasOwnThis(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return !ts.isArrowFunction(node);
  return ts.isPropertyDeclaration(node) || ts.isClassStaticBlockDeclaration(node);
}

function bind(scope: Scope, name: string, kind: BindingKind, node: ts.Node): Binding {
  const known = scope.bindings.get(name);
  if (known && !(known.kind === "own" || (known.kind === "var" && kind === "function"))) {
    return known;
  }
  const binding: Binding = { name, kind, scope, node, references: [], isAssigned: false };
  scope.bindings.set(name, binding);
  return binding;
}

function declare(node: ts.Node, scope: Scope): void {
  if (ts.isVariableDeclaration(node) || ts.isParameter(node)) {
    const kind = ts.isParameter(node) ? "parameter" : kindOf(node);
    const home = kind === "var" ? functionScope(scope) : scope;
    eachName(node.name, (name) => {
      // TypeScript's `this: Game` is no parameter.
      if (name.text !== "this") bind(home, name.text, kind, node);
    });
  } else if (ts.isFunctionDeclaration(node) && node.name) {
    bind(scope, node.name.text, "function", node);
  } else if (ts.isClassDeclaration(node) && node.name) {
    bind(scope, node.name.text, "class", node);
  } else if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node)) {
    if (ts.isIdentifier(node.name)) bind(scope, node.name.text, "other", node);
  } else if (ts.isImportClause(node) && node.name) {
    bind(scope, node.name.text, "imported", node);
  } else if (
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportEqualsDeclaration(node)
  ) {
    bind(scope, node.name.text, "imported", node);
  }
}

function kindOf({ parent }: ts.VariableDeclaration): BindingKind {
  if (!ts.isVariableDeclarationList(parent)) return "let";
  if (parent.flags & ts.NodeFlags.Const) return "const";
  return parent.flags & ts.NodeFlags.BlockScoped ? "let" : "var";
}

/** Calls back for each name of a pattern. */
export function eachName(name: ts.BindingName, use: (name: ts.Identifier) => void): void {
  if (ts.isIdentifier(name)) return use(name);
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) eachName(element.name, use);
  }
}

/** Where a `var` goes. */
function functionScope(scope: Scope): Scope {
  let at = scope;
  while (at.parent && !isFunctionScope(at)) at = at.parent;
  return at;
}

/** Whether a scope is that of a function, or of what runs as one does. */
export function isFunctionScope({ node }: Scope): boolean {
  return (
    ts.isFunctionLike(node) ||
    ts.isSourceFile(node) ||
    ts.isModuleBlock(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isClassStaticBlockDeclaration(node)
  );
}

function resolve(references: readonly Reference[]): Pick<FileScopes, "meaning" | "globals"> {
  const meaning = new Map<ts.Node, Binding>();
  const globals: ts.Identifier[] = [];
  for (const reference of references) {
    const { node } = reference;
    const name = ts.isIdentifier(node) ? node.text : "this";
    const binding = find(name, reference.scope);
    if (binding) {
      binding.references.push(reference);
      if (ts.isIdentifier(node) && assigns(node)) binding.isAssigned = true;
      meaning.set(node, binding);
    } else if (ts.isIdentifier(node)) globals.push(node);
  }
  return { meaning, globals };
}

function find(name: string, from: Scope): Binding | undefined {
  const isOfFunction = name === "this" || name === "arguments";
  for (let at: Scope | undefined = from; at; at = at.parent) {
    const known = at.bindings.get(name);
    if (known) return known;
    if (isOfFunction && at.hasThis) return bind(at, name, "other", at.node);
  }
  return undefined;
}
