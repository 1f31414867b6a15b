import type { Ordering } from "../lib/ordering";
import type { StartOptions } from "./options";

/** What an application's source says before it runs. */
export interface Source {
  /** What a person should know, in one line or more each. */
  readonly notes: readonly string[];
  /** What a person should mend, or know before it bites. */
  readonly findings: readonly string[];
  readonly ordering: Ordering;
  /** Of its first Socket.IO server. */
  readonly path: string | undefined;
}

/** What will not do once deployed, before it bites: variables that do not last, rooms that are open. */
export async function describeSource({
  app,
  ordering,
  fastTimers = false,
}: Pick<StartOptions, "app" | "ordering"> &
  Partial<Pick<StartOptions, "fastTimers">>): Promise<Source> {
  // The TypeScript compiler takes a moment to load: while the stack is being synthesized.
  const { checkClosures, describeUnfollowed, formatFindings } = await import(
    "../checks/closures/index.js"
  );
  const { chooseOrdering, describeDoubts, describeOrdering } = await import(
    "../checks/ordering.js"
  );
  const { describeTimers } = await import("../checks/fast-timers.js");
  const { describeOldCalls, findOldCalls } = await import("../checks/old-calls.js");
  const { describeCookieUses, findCookieUses } = await import("../checks/cookies.js");
  const { describeHttpMemory, findHttpMemory } = await import("../checks/http-memory.js");
  const { findOpenRooms } = await import("../checks/access.js");
  const { findPaths } = await import("../checks/site/index.js");
  const open = findOpenRooms(app).map(
    (place) =>
      `${place}  managed rooms do not say who may enter: open to all here, refused by cdk synth`,
  );
  const cookies = describeCookieUses(findCookieUses(app));
  const old = describeOldCalls(findOldCalls(app));
  const memory = describeHttpMemory(findHttpMemory(app));
  const bySource = chooseOrdering(app);
  const chosen = ordering === "auto" ? bySource.ordering : ordering;
  const isApplication = chosen === "application";
  const isKept = chosen === "connection" && bySource.isOfConnections;
  const reasons = describeOrdering(bySource);
  const notes = [
    ...(ordering === "auto" || isKept ? [reasons] : []),
    ...(ordering === "connection" ? [describeDoubts(bySource)] : []),
    ...(isApplication ? [] : [describeUnfollowed(app) ?? ""]),
  ];
  const closures = isKept ? [] : [formatFindings(checkClosures(app))];
  const findings = isApplication ? describeTimers(app, fastTimers) : closures;
  return {
    notes: notes.filter((note) => note !== ""),
    findings: [...findings, ...old, ...memory, ...open, ...cookies].filter((line) => line !== ""),
    ordering: chosen,
    path: findPaths(app)[0],
  };
}
