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
  const { chooseOrdering, describeOrdering } = await import("../checks/ordering.js");
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
  const chosen = ordering === "auto" ? chooseOrdering(app) : { ordering, reasons: [] };
  const isApplication = chosen.ordering === "application";
  const notes = isApplication
    ? describeOrdering({ ...chosen, ordering: "application" })
    : describeUnfollowed(app);
  const findings = isApplication
    ? describeTimers(app, fastTimers)
    : [formatFindings(checkClosures(app))];
  return {
    notes: notes ? [notes] : [],
    findings: [...findings, ...old, ...memory, ...open, ...cookies].filter((line) => line !== ""),
    ordering: chosen.ordering,
    path: findPaths(app)[0],
  };
}
