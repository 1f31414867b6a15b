import ts from "typescript";
import type { LockName } from "../../src/locks";
import { importedThing } from "../closures/imports";
import type { Project } from "../closures/project";
import type { Role, Roles } from "../closures/role";
import { bare, isFunction, methodCall } from "../closures/syntax";
import { isNothing, type LockNode, propertyName, writeOf } from "./syntax";

const MAX_DEPTH = 10;
/** The parsers that clients may choose here, by the module that they come from. */
const PARSERS = /^(socket\.io-parser|lambda-rooms\/parser|(\.\.?\/)+parser(\/index)?(\.js)?)$/;

/**
 * Locks among the options of a server: `new Server(…)`, `require("socket.io")(…)`, `io.attach(…)`, also where they
 * come from a variable or by a spread. `allowRequest` is found in any object, whatever becomes of it.
 */
export function optionLocks(node: ts.Node, project: Project, roleOf: Roles): LockNode[] {
  if (ts.isObjectLiteralElementLike(node)) {
    return propertyName(node) === "allowRequest" ? judge("allowRequest", node, project) : [];
  }
  const write = writeOf(node);
  if (write?.name === "allowRequest") return judge("allowRequest", node, project);
  if (write && isOptionsOf(write.object, roleOf)) return judge(write.name, node, project);
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return [];
  return judgeAll(optionsOf(node, project, roleOf), project);
}

/** Of a condition, both branches. */
function judgeAll(options: readonly Option[], project: Project): LockNode[] {
  return options.flatMap((option) => {
    if (isCondition(option)) return option.flatMap((branch) => judgeAll(branch, project));
    const name = propertyName(option);
    // Found wherever it stands.
    return name === undefined || name === "allowRequest" ? [] : judge(name, option, project);
  });
}

type Property = ts.ObjectLiteralElementLike;

/** An option, or what it may be by a condition: the options of one branch or those of the other. */
export type Option = Property | Condition;

type Condition = readonly (readonly Option[])[];

export function isCondition(option: Option): option is Condition {
  return Array.isArray(option);
}

/**
 * What options a call gives to a server, in the order in which they take effect, also where they come from a variable, by
 * a spread, `Object.assign` or a condition.
 */
export function optionsOf(
  node: ts.NewExpression | ts.CallExpression,
  project: Project,
  roleOf: Roles,
  roles: readonly Role[] = ["server", "engine"],
): Option[] {
  if (!takesOptions(node, roleOf, roles)) return [];
  return (node.arguments ?? []).flatMap((argument) => inObject(argument, project, 0));
}

/** `io.engine.opts.cors = …` */
function isOptionsOf(object: ts.Expression, roleOf: Roles): boolean {
  const node = bare(object);
  if (!ts.isPropertyAccessExpression(node) || !/^_?opts$/.test(node.name.text)) return false;
  return ["server", "engine"].includes(roleOf(node.expression) ?? "");
}

function takesOptions(
  node: ts.NewExpression | ts.CallExpression,
  roleOf: Roles,
  roles: readonly (Role | undefined)[],
): boolean {
  const parts = methodCall(node);
  if (parts && /^(attach|listen|attachApp)$/.test(parts.method)) {
    if (roles.includes(roleOf(parts.receiver))) return true;
  }
  // What a method of a server returns is that server, and takes no options: `io.on(…)`.
  if (parts && roleOf(parts.receiver) !== undefined) return false;
  return roles.includes(roleOf(node));
}

function inObject(value: ts.Node, project: Project, depth: number): Option[] {
  const object = project.follow(value);
  if (!object || depth > MAX_DEPTH) return [];
  if (isAssign(object)) {
    return object.arguments.flatMap((one) => inObject(one, project, depth + 1));
  }
  if (ts.isConditionalExpression(object)) {
    const { whenTrue, whenFalse } = object;
    return [[whenTrue, whenFalse].map((one) => inObject(one, project, depth + 1))];
  }
  if (!ts.isObjectLiteralExpression(object)) return [];
  return object.properties.flatMap((property) =>
    ts.isSpreadAssignment(property)
      ? inObject(property.expression, project, depth + 1)
      : [property],
  );
}

function isAssign(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText() === "Object.assign";
}

/** Whether an option with that value, in a literal or by an assignment, is a lock that cannot run. */
function judge(name: string, node: ts.Node, project: Project): LockNode[] {
  if (!Object.hasOwn(JUDGES, name)) return [];
  const value = initializerOf(node);
  // A method, `allowRequest(request, callback) { … }`, is its own value.
  if (isNothing(value)) return [];
  const target = value ? (project.follow(value) ?? value) : node;
  const lock = name as keyof typeof JUDGES;
  return JUDGES[lock](target, project, value) ? [{ node, lock, what: name }] : [];
}

/** The value that a property or an assignment gives. */
export function initializerOf(node: ts.Node): ts.Node | undefined {
  if (ts.isPropertyAssignment(node)) return node.initializer;
  if (ts.isShorthandPropertyAssignment(node)) return node.name;
  return ts.isBinaryExpression(node) ? node.right : undefined;
}

type Judge = (target: ts.Node, project: Project, value: ts.Node | undefined) => boolean;

const JUDGES = {
  allowRequest: (target) => !isNothing(target),
  wsEngine: () => true,
  cors: (target, project) => isFunction(target) || hasFunctionAsOrigin(target, project),
  transports: (target) =>
    ts.isArrayLiteralExpression(target) &&
    target.elements.every(ts.isStringLiteralLike) &&
    !target.elements.some((one) => ts.isStringLiteralLike(one) && one.text === "websocket"),
  parser: (target, _project, value) =>
    ts.isObjectLiteralExpression(target) || isForeignModule(value),
} as const satisfies Partial<Record<LockName, Judge>>;

function hasFunctionAsOrigin(target: ts.Node, project: Project): boolean {
  if (!ts.isObjectLiteralExpression(target)) return false;
  return target.properties.some((property) => {
    if (ts.isSpreadAssignment(property)) {
      const spread = project.follow(property.expression);
      return spread !== undefined && hasFunctionAsOrigin(spread, project);
    }
    if (propertyName(property) !== "origin") return false;
    const value = initializerOf(property);
    return value ? project.functionOf(value) !== undefined : ts.isMethodDeclaration(property);
  });
}

/** A parser as a whole module: of what is imported by name, only the values tell. */
function isForeignModule(value: ts.Node | undefined): boolean {
  const thing = value && importedThing(value);
  if (!thing) return false;
  return !PARSERS.test(thing.module);
}
