import type { RoomsClient } from "./index";
import type { RoomsInUse } from "./rooms-in-use";

export interface RoomMembers {
  /** Ids of sockets, at most 1,000. */
  readonly members: readonly string[];
  /** How many sockets there are. */
  readonly count: number;
  /** Until the first answer. */
  readonly isLoading: boolean;
}

const NOT_YET: RoomMembers = { members: [], count: 0, isLoading: true };
const MOST = 1_000;
/** Many who come together cost one question. */
const GATHER_MS = 100;

/** Who is in a room, asked again whenever the server says that a user came or went. */
export class MembersList {
  #value = NOT_YET;
  #readers = new Set<() => void>();
  #stop: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: RoomsClient,
    private readonly inUse: RoomsInUse,
    private readonly room: string,
  ) {}

  readonly read = (): RoomMembers => this.#value;

  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader);
    if (this.#readers.size === 1) this.#start();
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      for (const stop of this.#stop.splice(0)) stop();
    };
  };

  #start(): void {
    this.#stop = [
      this.client.onPresence(this.room, () => this.#plan(GATHER_MS)),
      // Who is a member may ask, so after the join.
      this.inUse.use(this.room, ({ isJoined }) => {
        if (isJoined) this.#plan(0);
      }),
    ];
  }

  #plan(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#ask().catch((error) => console.warn(`Lambda Rooms: ${error.message}`));
    }, ms);
  }

  async #ask(): Promise<void> {
    const { members, next } = await this.client.members(this.room, { limit: MOST });
    const count = next === undefined ? members.length : await this.client.count(this.room);
    this.#value = { members, count, isLoading: false };
    for (const reader of this.#readers) reader();
  }
}
