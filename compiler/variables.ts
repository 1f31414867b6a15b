import ts from "typescript";
import { bare } from "../checks/closures/syntax";
import { moduleOf } from "./closures";
import { assigns, hasModifier, isTypeOnly } from "./names";
import { lineOf } from "./places";
import type { Binding, FileScopes } from "./scopes";

/** A variable as the memory gets it. */
export interface Variable {
  /** How it is called in what is stored. */
  readonly name: string;
  /** How the source gets there. */
  readonly expression: string;
  readonly isSettable: boolean;
  /** `^`: of another module, only looked up; `~`: every evaluation gives it the same first value. */
  readonly mark: "" | "^" | "~";
  /** Of the text of its initializer. */
  readonly hash: string;
  /** Where it is declared, from 1. */
  readonly line?: number;
}

/** What the module's own variables and exports hold. */
export function moduleVariables(scopes: FileScopes, isScript: boolean): Variable[] {
  const found: Variable[] = [];
  for (const binding of scopes.module.bindings.values()) {
    const variable = moduleVariable(binding);
    if (variable) found.push(variable);
  }
  if (isScript && scopes.globals.some(({ text }) => /^(module|exports)$/.test(text))) {
    found.push(settable("module.exports"));
  }
  for (const name of globalsSet(scopes)) found.push(settable(`globalThis.${name}`));
  return found;
}

function settable(expression: string): Variable {
  return { name: expression, expression, isSettable: true, mark: "", hash: "" };
}

function moduleVariable(binding: Binding): Variable | undefined {
  const { name, kind, node, references } = binding;
  const base = { name, expression: name, hash: "", line: lineOf(node) };
  if (kind === "imported") {
    const isUsed = references.length > 0 && !isTypeOnlyImport(node);
    return isUsed ? { ...base, isSettable: false, mark: "^" } : undefined;
  }
  if (!ts.isVariableDeclaration(node)) return undefined;
  const module = moduleOf(node);
  if (module !== undefined && !module.endsWith(".json") && kind === "const") {
    return { ...base, isSettable: false, mark: "^" };
  }
  const { initializer } = node;
  if (kind === "const" && initializer && isConstant(initializer) && !remembers(initializer)) {
    return undefined;
  }
  return {
    ...base,
    isSettable: kind !== "const" || canBeSet(binding),
    mark: !initializer || isPure(initializer) ? "~" : "",
    hash: initializer ? hashOf(initializer.getText()) : "",
  };
}

function isTypeOnlyImport(node: ts.Node): boolean {
  if (ts.isImportSpecifier(node)) {
    return node.isTypeOnly || isTypeOnlyImport(node.parent.parent);
  }
  if (ts.isNamespaceImport(node)) return isTypeOnlyImport(node.parent);
  return ts.isImportClause(node) && node.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** A `const` that is written as `let`, so that it can be put back. */
export function canBeSet({ kind, node, isAssigned }: Binding): boolean {
  if (kind !== "const") return kind === "var" || kind === "let" || kind === "parameter";
  return !isAssigned && ts.isVariableDeclaration(node) && constList(node) !== undefined;
}

/** The `const` of a statement, not of the head of a loop. */
export function constList(node: ts.VariableDeclaration): ts.VariableDeclarationList | undefined {
  const list = node.parent;
  if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(list.parent)) return undefined;
  const isPlain = (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
  return isPlain && !hasModifier(list.parent, ts.SyntaxKind.DeclareKeyword) ? list : undefined;
}

/** What never changes, or is made by its own place: a number, a text, a function, a class. */
function isConstant(node: ts.Node): boolean {
  const inner = bare(node);
  if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) {
    return true;
  }
  return isLiteral(inner);
}

/** A pattern that goes on where its last match ended. */
function remembers(node: ts.Node): boolean {
  const inner = bare(node);
  return ts.isRegularExpressionLiteral(inner) && /[gy][a-z]*$/.test(inner.text);
}

function isLiteral(node: ts.Node): boolean {
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(node.operand);
  return (
    ts.isStringLiteralLike(node) ||
    ts.isNumericLiteral(node) ||
    ts.isBigIntLiteral(node) ||
    ts.isRegularExpressionLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

/** Whether an expression has the same value each time: literals, and containers of literals. */
function isPure(node: ts.Node): boolean {
  const inner = bare(node);
  if (isConstant(inner)) return true;
  if (ts.isArrayLiteralExpression(inner)) return inner.elements.every(isPure);
  if (ts.isObjectLiteralExpression(inner)) {
    return inner.properties.every((one) => {
      if (ts.isMethodDeclaration(one)) return true;
      return ts.isPropertyAssignment(one) && isPure(one.initializer);
    });
  }
  if (ts.isNewExpression(inner)) {
    const isCollection = /^(Map|Set)$/.test(inner.expression.getText());
    return isCollection && (inner.arguments ?? []).every(isPure);
  }
  return ts.isIdentifier(inner) && inner.text === "undefined";
}

/** Names that the application sets on the global object, with or without saying so. */
function globalsSet({ globals }: FileScopes): Set<string> {
  const found = new Set<string>();
  for (const identifier of globals) {
    const { parent, text } = identifier;
    const member = /^(global|globalThis)$/.test(text) ? memberOf(parent) : undefined;
    if (member !== undefined) {
      if (assigns(parent)) found.add(member);
    } else if (assigns(identifier) && !isTypeOnly(parent) && !/^(module|exports)$/.test(text)) {
      found.add(text);
    }
  }
  return found;
}

/** The name that `global.name` or `global["name"]` gives. */
function memberOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (!ts.isElementAccessExpression(node)) return undefined;
  const { argumentExpression: key } = node;
  return ts.isStringLiteralLike(key) && /^[A-Za-z_$][\w$]*$/.test(key.text) ? key.text : undefined;
}

/** Short, since it stands in the bundle: tells whether a new version begins with another value. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text.replace(/\s+/g, "")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
