import ts from "typescript";
import { methodCalled } from "../../checks/closures/classes";
import { mutationsOf, pathOf } from "../../checks/closures/mutations";
import { bare, enclosing, isFunction, LISTENS, methodCall } from "../../checks/closures/syntax";
import type { Found, Search } from "./types";

const OF_SOCKETS = /^(use|onAny|prependAny|onAnyOutgoing|prependAnyOutgoing)$/;
const SUBSCRIBES = /^(subscribe|psubscribe|watch|listen)$/;

/** Places at which what runs for one connection leaves something with what all of a container share. */
export function sharedUses(search: Search): Found[] {
  const { application, isElsewhere } = search;
  const { nodes } = application.project;
  const uses = nodes
    .filter((node) => ts.isCallExpression(node) || ts.isNewExpression(node))
    .filter((node) => !ts.isSourceFile(enclosing(node)) && !isElsewhere(node));
  return [
    ...uses.flatMap((node) => foreignListener(node, search)),
    ...uses.flatMap((node) => listenerOfPackage(node, search)),
    ...uses.flatMap((node) => socketGiven(node, search)),
    ...filledByConnect(search),
  ];
}

/** `bus.on("news", …)`, `io.on(…)`: the container that runs the listener is another one than that of the next event. */
function foreignListener(node: ts.Node, search: Search): Found[] {
  const parts = methodCall(node);
  if (!parts || !(LISTENS.test(parts.method) || SUBSCRIBES.test(parts.method))) return [];
  const { roleOf, project } = search.application;
  if (roleOf(parts.receiver) === "socket") return [];
  const root = pathOf(parts.receiver)?.root;
  const declaration = root && project.declarationOf(root);
  const isShared = roleOf(parts.receiver) !== undefined || !declaration;
  if (!isShared && !search.variables.isOfApplication(declaration)) return [];
  return [{ node, what: `\`${parts.receiver.getText()}\` gets a listener for one connection` }];
}

/** `socket.on("move", throttle(…))`: the connection handler does not run again to make it. */
function listenerOfPackage(node: ts.Node, { application, certain }: Search): Found[] {
  const parts = methodCall(node);
  if (!parts || application.roleOf(parts.receiver) !== "socket") return [];
  const hasEvent = LISTENS.test(parts.method);
  const fn = parts.call.arguments[hasEvent ? 1 : 0];
  if (!fn || !(hasEvent || OF_SOCKETS.test(parts.method))) return [];
  if (application.project.functionOf(fn) || certain(fn)) return [];
  return [{ node: fn, what: `a package may have made the listener \`${firstLine(fn)}\`` }];
}

/** `wildcard(socket)`: what a package registers is not registered again. */
function socketGiven(node: ts.Node, { application: { project, roleOf } }: Search): Found[] {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  const given = node.arguments?.find((one) => roleOf(one) === "socket");
  const callee = bare(node.expression);
  if (!given || /^(console|JSON|Object|Array)\b/.test(callee.getText())) return [];
  const parts = methodCall(node);
  const isOwn =
    project.functionOf(callee) ??
    methodCalled(project, callee) ??
    (parts && roleOf(parts.receiver)) ??
    ownMaker(node, project.follow(callee));
  // Lists, Maps and Sets are judged by where they are.
  const isPut =
    parts && /^(push|set|add|unshift|get|has|delete|includes|indexOf)$/.test(parts.method);
  if (isOwn || isPut) return [];
  return [{ node, what: `\`${callee.getText()}\` is given the socket` }];
}

function ownMaker(node: ts.Node, target: ts.Node | undefined): boolean | undefined {
  if (!target) return undefined;
  const isOwn = ts.isClassLike(target) || isFunction(target) || ts.isClassLike(target.parent);
  return (ts.isNewExpression(node) && isOwn) || undefined;
}

/** `cache[room] ??= load(room)` of a connection handler, which does not run again in the next container. */
function filledByConnect({ application, variables }: Search): Found[] {
  const runs = application.runs.filter(({ handler }) => handler.kind === "connection");
  return runs.flatMap(({ reach }) =>
    reach.nodes.flatMap((node) =>
      mutationsOf(node).flatMap(({ target }) => {
        const declaration = application.project.declarationOf(target);
        if (!declaration || !variables.isOfApplication(declaration)) return [];
        if (application.roleOf(target) !== undefined) return [];
        return [{ node, what: `\`${declaration.name}\` is changed in the connection handler` }];
      }),
    ),
  );
}

function firstLine(node: ts.Node): string {
  return node.getText().split("\n")[0] as string;
}
