/** What becomes of state in memory, and what to do instead. */
export const FATE = {
  "socket-state": "does not outlive the invocation",
  "shared-state": "each container has its own",
} as const;

export const REMEDY = {
  "socket-state": "keep it in socket.data",
  "shared-state": "keep it in a database table, or ask rooms or fetchSockets()",
} as const;
