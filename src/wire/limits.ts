/** Longest name of a room, an event or a namespace that a client may choose, in characters. */
export const MAX_NAME_LENGTH = 256;

/** Names that Socket.IO keeps for itself; from a client they would fake the end of its socket. */
export const RESERVED_EVENTS: ReadonlySet<string> = new Set(
  "connect connect_error disconnect disconnecting newListener removeListener".split(" "),
);
