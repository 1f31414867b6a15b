import type ts from "typescript";
import { findHandlers, type Handler } from "./handlers";
import { type Project, readProject } from "./project";
import { type Reach, reachOf, reachOfLoad } from "./reach";
import type { Roles } from "./role";
import { findRoles } from "./roles";
import { type FunctionNode, isFunction } from "./syntax";

/** A handler and what runs with it. */
export interface HandlerRun {
  readonly handler: Handler;
  readonly reach: Reach;
}

/** An application as the rules see it. */
export interface Application {
  readonly project: Project;
  readonly roleOf: Roles;
  /** Listeners first: what both a listener and the connection handler do is told of the listener. */
  readonly runs: readonly HandlerRun[];
  /** What runs when the application is loaded. */
  readonly load: Reach;
  /** The function, this one or one around it, that is a handler of such a kind. */
  handlerAround(node: ts.Node, kinds: readonly Handler["kind"][]): FunctionNode | undefined;
  /** Whether a function runs once for each socket, and not once for all. */
  runsPerSocket(fn: ts.Node): boolean;
}

const ORDER = ["listener", "middleware", "connection"] as const;

/**
 * Reads an application and finds its handlers.
 *
 * @throws Error if there is no such file
 */
export function readApplication(entry: string): Application {
  const project = readProject(entry);
  const application = applications.get(project) ?? createApplication(project);
  applications.set(project, application);
  return application;
}

const applications = new WeakMap<Project, Application>();

function createApplication(project: Project): Application {
  const roleOf = findRoles(project);
  const handlers = findHandlers(project, roleOf);
  const kinds = new Map(handlers.map(({ fn, kind }) => [fn as ts.Node, kind]));
  const functions = new Set(kinds.keys());
  const handlerAround: Application["handlerAround"] = (node, wanted) => {
    const kind = kinds.get(node);
    if (kind && wanted.includes(kind) && isFunction(node)) return node;
    return node.parent && handlerAround(node.parent, wanted);
  };
  return {
    project,
    roleOf,
    runs: ORDER.flatMap((kind) => handlers.filter((handler) => handler.kind === kind)).map(
      (handler) => ({ handler, reach: reachOf(project, handler.fn, functions) }),
    ),
    load: reachOfLoad(project, functions),
    handlerAround,
    runsPerSocket: (fn) =>
      handlerAround(fn, ["connection"]) !== undefined || takesSocketAround(fn, roleOf),
  };
}

/** Modules of handlers take the socket: `export function registerOrders(io, socket) { … }`. */
function takesSocketAround(node: ts.Node, roleOf: Roles): boolean {
  const takesSocket =
    isFunction(node) && node.parameters.some(({ name }) => roleOf(name) === "socket");
  return takesSocket || (node.parent !== undefined && takesSocketAround(node.parent, roleOf));
}
