import ts from "typescript";
import { classAround, classMade, firstValue, methodCalled } from "./classes";
import { socketTakers } from "./handlers";
import { isOfPackage } from "./imports";
import type { Project } from "./project";
import { makesHttpServer } from "./requests";
import type { Role, Roles } from "./role";
import type { Declaration } from "./scopes";
import { bare, descendants, enclosing, methodCall } from "./syntax";

type Learn = (name: ts.Node | undefined, role: Role | undefined) => void;

const MAX_STEPS = 20;
// They return what they are called on.
const CHAINABLE = /^(on|once|use|addListener|prepend\w*|onAny|onAnyOutgoing|listen|attach|bind)$/;
const TYPES = { Server: "server", Namespace: "namespace", Socket: "socket" } as const;

const rolesOf = new WeakMap<Project, Roles>();

/** Finds out which names hold servers, namespaces and sockets, through calls and across files. */
export function findRoles(project: Project): Roles {
  const roles = rolesOf.get(project) ?? learnRoles(project);
  rolesOf.set(project, roles);
  return roles;
}

/** What is known so far. */
interface Known {
  readonly declarations: Map<Declaration, Role>;
  /** What the application's own functions give back: `const io = await startServer()`. */
  readonly returned: Map<ts.Node, Role>;
}

function learnRoles(project: Project): Roles {
  const known: Known = { declarations: new Map(), returned: new Map() };
  const { declarations, returned } = known;
  const roleOf: Roles = (expression) => readRole(project, known, expression, 0);
  const learn: Learn = (name, role) => {
    if (!role || !name || !ts.isIdentifier(name)) return;
    const declaration = project.declarationOf(name);
    if (declaration && !declarations.has(declaration)) declarations.set(declaration, role);
  };
  const returns = project.nodes.flatMap(returnOf);
  const assignments = project.files.flatMap(assignmentsIn);
  const instances = project.nodes.filter(ts.isNewExpression).flatMap((node) => {
    const made = classMade(project, node);
    return made ? [[made, node.arguments ?? []] as const] : [];
  });
  // A call may give a role to a parameter that the next call passes on.
  const count = () => declarations.size + returned.size;
  for (let before = -1; before !== count(); ) {
    before = count();
    for (const { fn, value } of returns) {
      const role = returned.has(fn) ? undefined : roleOf(value);
      if (role) returned.set(fn, role);
    }
    for (const { left, right } of assignments) learn(left, roleOf(right));
    for (const call of project.calls) passRoles(project, call, roleOf, learn);
    for (const [made, args] of instances) passTo(makerOf(made)?.parameters, args, roleOf, learn);
  }
  return roleOf;
}

/** A function with a value that it gives back. */
function returnOf(node: ts.Node): { readonly fn: ts.Node; readonly value: ts.Expression }[] {
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return [{ fn: node, value: node.body }];
  if (!ts.isReturnStatement(node) || !node.expression) return [];
  const fn = enclosing(node);
  return fn ? [{ fn, value: node.expression }] : [];
}

function assignmentsIn(file: ts.SourceFile): ts.BinaryExpression[] {
  return [...descendants(file)].filter(
    (node): node is ts.BinaryExpression =>
      ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken,
  );
}

/** Gives the parameters of what is called the roles of the arguments. */
function passRoles(project: Project, call: ts.CallExpression, roleOf: Roles, learn: Learn): void {
  for (const { parameters } of socketTakers(project, call, roleOf)) {
    if (!parameters[0]?.dotDotDotToken) learn(parameters[0]?.name, "socket");
  }
  const called = project.functionOf(call.expression) ?? methodCalled(project, call.expression);
  passTo(called?.parameters, call.arguments, roleOf, learn);
  // `makeServer().then((io) => …)`
  const parts = methodCall(call);
  const taker = call.arguments[0] && project.functionOf(call.arguments[0]);
  if (parts?.method === "then") learn(taker?.parameters[0]?.name, roleOf(parts.receiver));
}

type Parameters = readonly ts.ParameterDeclaration[];

function passTo(
  parameters: Parameters = [],
  args: readonly ts.Expression[],
  roleOf: Roles,
  learn: Learn,
): void {
  if (args.some(ts.isSpreadElement)) return;
  for (const [index, argument] of args.entries()) {
    const parameter = parameters[index];
    if (parameter && !parameter.dotDotDotToken) learn(parameter.name, roleOf(argument));
  }
}

function readRole(
  project: Project,
  known: Known,
  expression: ts.Node,
  steps: number,
): Role | undefined {
  const node = bare(expression);
  if (steps > MAX_STEPS) return undefined;
  const next: Roles = (inner) => readRole(project, known, inner, steps + 1);
  if (ts.isNewExpression(node)) return createdRole(node.expression);
  if (ts.isCallExpression(node))
    return resultRole(node, next) ?? returnedRole(project, known, node);
  if (ts.isIdentifier(node)) {
    const declaration = project.declarationOf(node);
    const learned =
      declaration && (known.declarations.get(declaration) ?? annotatedRole(declaration.node));
    if (learned) return learned;
    const initializer = declaration && initializerOf(declaration.node);
    if (initializer) return next(initializer);
  } else if (ts.isPropertyAccessExpression(node)) {
    const member = memberRole(node, next) ?? fieldRole(project, node, next);
    if (member) return member;
  } else {
    return undefined;
  }
  const target = project.follow(node);
  return target && target !== node && ts.isExpression(target) ? next(target) : undefined;
}

function resultRole(node: ts.CallExpression, roleOf: Roles): Role | undefined {
  const created = createdRole(node.expression);
  if (created) return created;
  const parts = methodCall(node);
  if (!parts) return undefined;
  const role = roleOf(parts.receiver);
  if (role === "server" && parts.method === "of") return "namespace";
  return CHAINABLE.test(parts.method) ? role : undefined;
}

function memberRole(node: ts.PropertyAccessExpression, roleOf: Roles): Role | undefined {
  const owner = roleOf(node.expression);
  const { text } = node.name;
  if (owner === "server" && text === "sockets") return "namespace";
  if (owner === "server" && (text === "engine" || text === "eio")) return "engine";
  if (owner === "server" && text === "httpServer") return "http";
  if (owner === "socket" && text === "nsp") return "namespace";
  return (owner === "socket" || owner === "namespace") && text === "server" ? "server" : undefined;
}

function returnedRole(project: Project, known: Known, call: ts.CallExpression): Role | undefined {
  const called = project.functionOf(call.expression) ?? methodCalled(project, call.expression);
  return called && known.returned.get(called);
}

/** What a field of the application's own class holds: by its declaration, or by what the constructor puts there. */
function fieldRole(
  project: Project,
  { expression, name }: ts.PropertyAccessExpression,
  roleOf: Roles,
): Role | undefined {
  const isThis = expression.kind === ts.SyntaxKind.ThisKeyword;
  const target = isThis ? undefined : project.follow(expression);
  const made = isThis ? classAround(expression) : target && classMade(project, target);
  if (!made) return undefined;
  const value = firstValue(made, name.text);
  if (value) return roleOf(value);
  // `constructor(private readonly io: Server)`
  const parameter = makerOf(made)?.parameters.find(
    (one) => ts.isParameterPropertyDeclaration(one, one.parent) && one.name.getText() === name.text,
  );
  return parameter && roleOf(parameter.name);
}

function makerOf(made: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined {
  return made.members.find(ts.isConstructorDeclaration);
}

/** What `new Server()`, `require("socket.io")(…)` or `createServer()` make. */
function createdRole(callee: ts.Node): Role | undefined {
  if (isOfPackage(callee, "socket.io", ["Server", "default", "listen", "attach"])) return "server";
  if (isOfPackage(callee, "engine.io", ["Server", "attach", "listen"])) return "engine";
  if (isOfPackage(callee, "express", ["default"])) return "http";
  return makesHttpServer(callee) ? "http" : undefined;
}

/** What a variable of one name begins as; an import is not a variable. */
function initializerOf(node: ts.Node): ts.Expression | undefined {
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return undefined;
  return node.initializer;
}

/** `socket: Socket`, where the type comes from socket.io. */
function annotatedRole(node: ts.Node): Role | undefined {
  if (!ts.isParameter(node) && !ts.isVariableDeclaration(node)) return undefined;
  if (!node.type || !ts.isTypeReferenceNode(node.type)) return undefined;
  const { typeName } = node.type;
  const names = Object.keys(TYPES) as (keyof typeof TYPES)[];
  const name = names.find((one) => isOfPackage(typeName, "socket.io", [one]));
  return name && TYPES[name];
}
