/** Kinds of step and act that are left out of random programs until a fault is corrected. */
export const knownBugs: Readonly<Record<string, string>> = {
  "act after kicking":
    "`disconnectSockets` ends others on lanes of their own, so what the handler does next may still reach or find them.",
};
