import type ts from "typescript";
import { type Application, readApplication } from "../../checks/closures/application";
import { comparePlaces, type Place, placeOf } from "../../checks/closures/findings";
import { enclosing, isFunction, methodCall } from "../../checks/closures/syntax";
import { unfollowed } from "../../checks/closures/unfollowed";
import { uncertainCaptures } from "./captures";
import { isCertainExpression, isPart } from "./expressions";
import { givenAway } from "./given-away";
import { sharedUses } from "./shared-uses";
import type { Certain, Known, Search } from "./types";
import { Variables } from "./variables";
import { uncertainWrites } from "./writes";

/** A place for which it is not sure that a connection alone can keep what its handlers hold. */
export interface Doubt extends Place {
  /** What may be so, and of what. */
  readonly what: string;
}

/**
 * Finds the places at which a connection may come to hold what cannot be written down, or what others hold too. It knows
 * syntax and no types: what the syntax does not say is a doubt.
 *
 * @returns in the order of the source; none where a connection's memory is its own for sure
 * @throws Error if there is no such file
 */
export function findDoubts(entry: string): readonly Doubt[] {
  const application = readApplication(entry);
  const search = createSearch(application);
  const found = [uncertainCaptures, uncertainWrites, sharedUses, givenAway].flatMap((find) =>
    find(search),
  );
  return found
    .map(({ node, what }) => ({ ...placeOf(node), what }))
    .sort(comparePlaces)
    .filter((one, index, all) => index === 0 || comparePlaces(one, all[index - 1] as Doubt) !== 0);
}

function createSearch(application: Application): Search {
  const others = unfollowed(application);
  const unknown = new Set(others.runs.map(({ handler }) => handler.fn));
  const ofPart: Certain = (whole) => isPart(known, whole, certain);
  const variables = new Variables(application, unknown, ofPart);
  const judged = new Map<ts.Node, boolean>();
  const known: Known = { application, variable: variables.isCertain };
  const certain: Certain = (node) => {
    const before = judged.get(node);
    if (before !== undefined) return before;
    // Of what holds itself: as certain as the rest of it.
    judged.set(node, true);
    const isCertain = isCertainExpression(known, node, certain);
    judged.set(node, isCertain);
    return isCertain;
  };
  const routes = new Set(
    application.runs.filter(isRoute(application)).map(({ handler }) => handler.fn),
  );
  const isElsewhere = (node: ts.Node): boolean => {
    const handler = application.handlerAround(node, ["listener"]);
    return (handler !== undefined && routes.has(handler)) || isOfLoading(node, variables);
  };
  return { application, variables, certain, isElsewhere };
}

function isRoute({ roleOf }: Application) {
  return ({ handler: { kind, call } }: Application["runs"][number]): boolean => {
    const parts = call && methodCall(call);
    return kind === "listener" && (!parts || roleOf(parts.receiver) !== "socket");
  };
}

function isOfLoading(node: ts.Node, variables: Variables): boolean {
  return variables.isOfLoading(isFunction(node) ? node : enclosing(node));
}
