import type { Socket } from "socket.io";
import type { RoomLimits } from "../src/settings/room-limits";
import type { JwtAuth } from "./jwt-auth";
import type { Authorize } from "./policy";

/** What a client sends to a room. */
export interface ManagedMessage {
  /** Absent only if `scope` is `self`. */
  readonly room: string | undefined;
  readonly event: string;
  readonly args: readonly unknown[];
  /** Everyone in the room, everyone but the sender, the sender. */
  readonly scope: "room" | "others" | "self";
}

/** Nothing: let it pass. `change`: send this instead. `refuse`: send nothing, and say this to the sender. */
export type Verdict =
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook without a `return` lets everything pass.
  | void
  | { readonly change: Partial<Pick<ManagedMessage, "event" | "args">> }
  | { readonly refuse: string };

/** Which rooms get notices when members come and go. */
export interface PresenceOptions {
  /** Patterns of rooms, as in docs/permissions.md: `*` for a part of a name, `**` for all. */
  readonly rooms: string | readonly string[];
  /**
   * How long a member that has lost its connection may take to return before the room gets the notice, in
   * seconds; at most 900.
   *
   * @default 5
   */
  readonly graceSeconds?: number;
}

/** Who may do what, and what else managed rooms do. One of the first three has to be given. */
export interface ManagedRoomsOptions {
  /** Who may enter the namespace: `jwtAuth({ issuer, audience })`. */
  readonly tokens?: JwtAuth;
  /**
   * What a socket may do in a room; asked at every action.
   *
   * @default - what the socket's token grants: `claimsPolicy()`
   */
  readonly authorize?: Authorize;
  /** Every client may enter and do everything in every room. */
  readonly access?: "open";
  /** Looks at every `send` before it goes out. Whatever it awaits, the sender's later actions wait for. */
  readonly review?: (message: ManagedMessage, socket: Socket) => Verdict | Promise<Verdict>;
  /** @default - no room gets notices */
  readonly presence?: PresenceOptions;
  /** Replaces single limits of the deployment. */
  readonly limits?: Partial<RoomLimits>;
}
