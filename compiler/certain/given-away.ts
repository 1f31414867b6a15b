import { isBuiltin } from "node:module";
import ts from "typescript";
import { methodCalled } from "../../checks/closures/classes";
import { importedThing } from "../../checks/closures/imports";
import { pathOf } from "../../checks/closures/mutations";
import type { Declaration } from "../../checks/closures/scopes";
import { bare, methodCall } from "../../checks/closures/syntax";
import { capturedDeclarations } from "./captures";
import type { Found, Search } from "./types";

/**
 * `engine.add(body)`: what a package holds for all connections of its container is another object than that of the
 * connection, once that was written down.
 */
export function givenAway(search: Search): Found[] {
  const { application, isElsewhere } = search;
  const held = capturedDeclarations(search);
  return application.project.calls.flatMap((call) => {
    if (isElsewhere(call) || !isOfPackage(call, search)) return [];
    const given = call.arguments.find((one) => {
      const node = bare(one);
      const declaration = ts.isIdentifier(node) && application.project.declarationOf(node);
      return declaration && held.has(declaration) && mayBeObject(declaration);
    });
    if (!given || application.roleOf(given) !== undefined) return [];
    const what = `\`${call.expression.getText()}\` is given \`${given.getText()}\`, which outlives the event`;
    return [{ node: call, what }];
  });
}

/** Whether a call goes to a package, or to what one has made while the application was loaded. */
function isOfPackage({ expression }: ts.CallExpression, search: Search): boolean {
  const { project, roleOf } = search.application;
  const callee = bare(expression);
  if (project.functionOf(callee) ?? methodCalled(project, callee)) return false;
  const imported = importedThing(callee);
  if (imported) return !isBuiltin(imported.module) && !imported.module.startsWith(".");
  const parts = ts.isCallExpression(expression.parent) ? methodCall(expression.parent) : undefined;
  if (!parts || roleOf(parts.receiver) !== undefined) return false;
  const root = pathOf(parts.receiver)?.root;
  const declaration = root && project.declarationOf(root);
  if (!root || !declaration || !search.variables.isOfApplication(declaration)) return false;
  const module = importedThing(root)?.module;
  return module === undefined || !isBuiltin(module);
}

/** Not what begins as a text, a number or an answer. */
function mayBeObject({ node }: Declaration): boolean {
  const first = ts.isVariableDeclaration(node) && node.initializer && bare(node.initializer);
  if (!first) return true;
  return !(
    ts.isLiteralExpression(first) ||
    ts.isTemplateExpression(first) ||
    ts.isPrefixUnaryExpression(first) ||
    first.kind === ts.SyntaxKind.TrueKeyword ||
    first.kind === ts.SyntaxKind.FalseKeyword
  );
}
