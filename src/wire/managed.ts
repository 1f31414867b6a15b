import type { RequestName } from "./requests";

/**
 * The events by which clients use managed rooms. JSON actions of the same names become these
 * events, stock clients emit them: `socket.emit("rooms:join", { room }, (result) => …)`.
 */
export const ManagedEvent = {
  join: "rooms:join",
  leave: "rooms:leave",
  send: "rooms:send",
  rooms: "rooms:rooms",
  members: "rooms:members",
  renew: "rooms:renew",
} as const satisfies Record<RequestName, string>;

/** How a managed action is answered, through the ack of its event. */
export type ManagedResult =
  | { readonly status: "ok"; readonly value?: unknown }
  | { readonly status: "error"; readonly code: string; readonly message: string };

/** The events that tell a room of its members coming and going; JSON clients get `joined` and `left`. */
export const PresenceEvent = { joined: "rooms:joined", left: "rooms:left" } as const;

/** The argument of a `PresenceEvent`. */
export interface PresenceNotice {
  readonly room: string;
  /** Of the socket. */
  readonly id: string;
  /** The `sub` of its token, if it has one. */
  readonly user?: string;
}
