/**
 * What a session can have heard, so that no client is sent more when it comes back, whatever offset it names. Offsets
 * compare as text.
 */
export interface Hearing {
  /** It hears what was sent after this offset: it was not there before, or its client has said that it has got it. */
  readonly after: string;
  /** By the tag of a room: the offset after which it is in it; `""` for as long as the session has been there. */
  readonly joined: ReadonlyMap<string, string>;
  /** When it last left a room. What was excepted before that cannot be judged by the rooms of now. */
  readonly left?: string;
  /** Until when its memberships hear, epoch seconds; absent for ever. */
  readonly until?: number;
  /** Between these two offsets its token had expired, and it heard nothing. */
  readonly deaf?: readonly [from: string, to: string];
  /** The last offset that a return was sent from the log. */
  readonly resentUntil?: string;
  /** How often in a row a return was sent again what an earlier one had been sent. */
  readonly repeats?: number;
}
