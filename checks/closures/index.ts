import { type Application, readApplication } from "./application";
import { comparePlaces, type Finding, placeOf } from "./findings";
import { checkEffects } from "./rules/effects";
import { checkFields } from "./rules/fields";
import { checkLocalViews } from "./rules/local-views";
import { checkNestedListeners } from "./rules/nested-listeners";
import { checkState } from "./rules/state";
import { checkTimers } from "./rules/timers";
import { unfollowed } from "./unfollowed";

export { type Finding, formatFindings, type Rule } from "./findings";

/**
 * Reads an application's source, the entry and what it imports by relative paths, and names what will
 * not outlive an invocation: variables that listeners change, listeners inside listeners, timers that
 * no listener awaits; what the connection handler does again before every batch; and what shows only the
 * sockets of one invocation. It knows syntax and scopes and no types: a function whose callers they do not show is
 * taken for a listener.
 *
 * @returns findings by file, from top to bottom; none for an application that can move
 * @throws Error if there is no such file
 */
export function checkClosures(entry: string): readonly Finding[] {
  const application = readApplication(entry);
  const findings = findingsOf.get(application) ?? check(application);
  findingsOf.set(application, findings);
  return findings;
}

/** Whether functions whose callers do not show may change something: what of, the source does not say. */
export function hasUnfollowed(entry: string): boolean {
  return checkUnfollowed(readApplication(entry)).length > 0;
}

/** `auto`, timers and warnings ask for the same. */
const findingsOf = new WeakMap<Application, readonly Finding[]>();

function check(application: Application): Finding[] {
  const findings = [
    checkState,
    checkFields,
    checkNestedListeners,
    checkTimers,
    checkEffects,
    checkLocalViews,
  ]
    .flatMap((rule) => rule(application))
    .concat(checkUnfollowed(application))
    .sort(comparePlaces);
  return findings.filter(
    (finding, index) => !findings.slice(0, index).some((other) => isSame(finding, other)),
  );
}

/** What functions change whose callers do not show: one of them may be a listener. */
function checkUnfollowed(application: Application): Finding[] {
  const others = unfollowed(application);
  return [checkState, checkFields, checkTimers, checkLocalViews].flatMap((rule) => rule(others));
}

/** A function that two listeners call is told of once. */
function isSame(a: Finding, b: Finding): boolean {
  return comparePlaces(a, b) === 0 && a.rule === b.rule && a.name === b.name;
}

/** One line about an application whose server the checks cannot follow; undefined if they know its handlers. */
export function describeUnfollowed(entry: string): string | undefined {
  const { runs, project } = readApplication(entry);
  if (runs.some(({ handler }) => handler.kind === "connection")) return undefined;
  const [file] = project.files;
  const where = file ? placeOf(file).file : entry;
  return `${where}  no connection handler of a server of socket.io is to be seen in the source, so the checks say nothing of what its listeners do`;
}
