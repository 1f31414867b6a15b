import ts from "typescript";
import type { Application } from "../../checks/closures/application";
import { classMade, methodCalled } from "../../checks/closures/classes";
import type { Declaration } from "../../checks/closures/scopes";
import { type FunctionNode, isFunction, methodCall } from "../../checks/closures/syntax";
import { assigns, isName } from "../names";
import type { Certain, VariableFacts } from "./types";

/** Array methods that hand their callback what the list holds. */
const OF_LISTS =
  /^(forEach|map|filter|find|findIndex|findLast|some|every|flatMap|reduce|reduceRight|sort)$/;

/** What variables of an application may hold. */
export class Variables implements VariableFacts {
  readonly #assigned = new Map<Declaration, ts.Identifier[]>();

  /**
   * @param unfollowed functions whose callers do not show
   * @param isPartCertain the same of what stands in the value of an expression
   */
  constructor(
    private readonly application: Application,
    private readonly unfollowed: ReadonlySet<ts.Node>,
    private readonly isPartCertain: Certain,
  ) {
    const { project } = application;
    for (const node of project.nodes) {
      if (!ts.isIdentifier(node) || !isName(node) || !assigns(node)) continue;
      const declaration = project.declarationOf(node);
      if (!declaration) continue;
      this.#assigned.set(declaration, [...(this.#assigned.get(declaration) ?? []), node]);
    }
  }

  /** Whether all that a variable may hold can be written down for sure. */
  readonly isCertain = (declaration: Declaration, certain: Certain): boolean => {
    const assigned = this.#assigned.get(declaration) ?? [];
    if (this.isOfApplication(declaration)) return assigned.every((one) => this.#isOfLoad(one));
    const { node } = declaration;
    const isMade = ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isEnumDeclaration(node);
    if (isMade) return true;
    return this.#isCertainSource(node, certain) && assigned.every((one) => given(one, certain));
  };

  /** Whether each container makes it by itself: then a connection refers to what it holds. */
  isOfApplication({ owner }: Declaration): boolean {
    return ts.isSourceFile(owner) || this.isOfLoading(owner);
  }

  /** Whether a function runs while the application is loaded, and in no handler. */
  isOfLoading(fn: ts.Node): boolean {
    const { load, runs, runsPerSocket } = this.application;
    if (!load.functions.has(fn) || runsPerSocket(fn)) return false;
    return !runs.some(({ reach }) => reach.functions.has(fn));
  }

  #isOfLoad(node: ts.Node): boolean {
    let at = node.parent;
    while (!isFunction(at) && !ts.isSourceFile(at)) at = at.parent;
    return ts.isSourceFile(at) || this.isOfLoading(at);
  }

  /** What a declaration itself gives a name. */
  #isCertainSource(node: ts.Node, certain: Certain): boolean {
    if (ts.isBindingElement(node)) {
      const isDefaultCertain = node.initializer === undefined || certain(node.initializer);
      const root = ts.walkUpBindingElementsAndPatterns(node);
      const whole = ts.isVariableDeclaration(root) ? root.initializer : undefined;
      if (whole) return isDefaultCertain && this.isPartCertain(whole);
      return isDefaultCertain && this.#isCertainSource(root, certain);
    }
    if (ts.isParameter(node)) return this.#isCertainParameter(node, certain);
    if (!ts.isVariableDeclaration(node) || ts.isCatchClause(node.parent)) return false;
    const { parent: loop } = node.parent;
    if (ts.isForInStatement(loop)) return true;
    if (ts.isForOfStatement(loop) && loop.initializer === node.parent)
      return this.isPartCertain(loop.expression);
    return node.initializer === undefined || certain(node.initializer);
  }

  #isCertainParameter(parameter: ts.ParameterDeclaration, certain: Certain): boolean {
    const fn = parameter.parent;
    if (!isFunction(fn)) return false;
    const place = fn.parameters.indexOf(parameter);
    if (parameter.initializer && !certain(parameter.initializer)) return false;
    const handler = this.application.runs.find((run) => run.handler.fn === fn)?.handler;
    if (handler) return handler.kind === "connection" || this.#isOfClient(handler.call, place);
    if (isOfList(fn, this.isPartCertain)) return true;
    const calls = this.unfollowed.has(fn) ? [] : this.#callsOf(fn);
    const rest = parameter.dotDotDotToken ? undefined : place + 1;
    return (
      calls.length > 0 &&
      calls.every((args) => {
        if (args.some(ts.isSpreadElement)) return false;
        return args.slice(place, rest).every(certain);
      })
    );
  }

  /** What a client sends, with the callback of its ack; `next` is Socket.IO's. */
  #isOfClient(call: ts.Node | undefined, place: number): boolean {
    const parts = call && methodCall(call);
    if (!parts || this.application.roleOf(parts.receiver) !== "socket") return false;
    return parts.method !== "use" || place === 0;
  }

  #callsOf(fn: FunctionNode): (readonly ts.Expression[])[] {
    const { project } = this.application;
    const calls = project.calls
      .filter(({ expression: callee }) => {
        return (project.functionOf(callee) ?? methodCalled(project, callee)) === fn;
      })
      .map((call) => call.arguments);
    if (!ts.isConstructorDeclaration(fn)) return calls;
    return project.nodes.flatMap((node) => {
      const isMade = ts.isNewExpression(node) && classMade(project, node) === fn.parent;
      return isMade ? [node.arguments ?? []] : [];
    });
  }
}

function isOfList(fn: FunctionNode, isPartCertain: Certain): boolean {
  const parts = methodCall(fn.parent);
  return !!parts && OF_LISTS.test(parts.method) && isPartCertain(parts.receiver);
}

/** What an assignment gives a name. */
function given(name: ts.Identifier, certain: Certain): boolean {
  const { parent } = name;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) return true;
  return ts.isBinaryExpression(parent) && parent.left === name && certain(parent);
}
