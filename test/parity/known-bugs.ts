/** Kinds of step and act that are left out of random programs until a fault is corrected. */
export const knownBugs: Readonly<Record<string, string>> = {
  "join all at once":
    "`socketsJoin` and `socketsLeave` show in the `rooms` of the handler's own socket only when their effect has run.",
  "kick all at once":
    "`disconnectSockets` ends the handler's own connection only when its effect has run, so what the handler sends next still leaves.",
  "act after kicking":
    "`disconnectSockets` ends others on lanes of their own, so what the handler does next may still reach or find them.",
};
