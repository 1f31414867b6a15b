/**
 * The events by which clients use managed rooms. JSON actions of the same names become these
 * events, stock clients emit them: `socket.emit("rooms:join", { room }, (result) => …)`.
 */
export const ManagedEvent = {
  join: "rooms:join",
  leave: "rooms:leave",
  send: "rooms:send",
} as const;

/** How a managed action is answered, through the ack of its event. */
export type ManagedResult =
  | { readonly status: "ok" }
  | { readonly status: "error"; readonly code: ManagedErrorCode; readonly message: string };

export type ManagedErrorCode = "bad_request" | "forbidden";

/** The payload of `rooms:join` and `rooms:leave`. */
export interface RoomRequest {
  readonly room: string;
}

/** The payload of `rooms:send`. `scope`: everyone in the room, everyone but the sender, the sender. */
export interface SendRequest {
  readonly room?: string | undefined;
  readonly event: string;
  readonly args: readonly unknown[];
  readonly scope: "room" | "others" | "self";
}
