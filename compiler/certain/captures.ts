import ts from "typescript";
import type { Declaration } from "../../checks/closures/scopes";
import { findClosures } from "../closures";
import { findFrames } from "../frames";
import { type Binding, eachName, readScopes } from "../scopes";
import type { Found, Search } from "./types";

/** Variables that outlive the run of their handler and may hold what cannot be written down. */
export function uncertainCaptures(search: Search): Found[] {
  return captured(search)
    .filter((binding) => !isCertain(binding, search))
    .map(({ name, node }) => ({ node, what: `\`${name}\` may hold what cannot be written down` }));
}

/** What declares the variables that outlive the run of their handler, and belong to a connection. */
export function capturedDeclarations(search: Search): ReadonlySet<Declaration> {
  const { project } = search.application;
  const found = captured(search).flatMap(({ name, node }) => {
    const identifier = search.isElsewhere(node) ? undefined : identifierOf(node, name);
    return (identifier && project.declarationOf(identifier)) ?? [];
  });
  return new Set(found.filter((one) => !search.variables.isOfApplication(one)));
}

function captured({ application }: Search): Binding[] {
  return application.project.files.filter(isOwn).flatMap((file) => {
    const scopes = readScopes(file);
    const frames = findFrames(scopes, findClosures(scopes), "$", () => undefined);
    return frames.all.flatMap(({ parent, variables }) => (parent ? variables : []));
  });
}

function isOwn({ fileName, isDeclarationFile }: ts.SourceFile): boolean {
  return !isDeclarationFile && !/[\\/]node_modules[\\/]/.test(fileName);
}

function isCertain({ kind, name, node }: Binding, search: Search): boolean {
  const { application, variables, certain, isElsewhere } = search;
  if (isElsewhere(node)) return true;
  if (kind === "function" || kind === "class" || kind === "imported" || kind === "own") return true;
  // An instance is judged by what is written to its fields; `arguments` has what it was called with.
  if (kind === "other") return name === "this" && !ts.isFunctionDeclaration(node);
  const identifier = identifierOf(node, name);
  const declaration = identifier && application.project.declarationOf(identifier);
  if (!declaration) return false;
  const role = application.roleOf(declaration.identifier);
  if (role === "socket" || role === "server" || role === "namespace") return true;
  return variables.isOfApplication(declaration) || variables.isCertain(declaration, certain);
}

function identifierOf(node: ts.Node, name: string): ts.Identifier | undefined {
  if (!ts.isVariableDeclaration(node) && !ts.isParameter(node)) return undefined;
  let found: ts.Identifier | undefined;
  eachName(node.name, (one) => {
    if (one.text === name) found = one;
  });
  return found;
}
