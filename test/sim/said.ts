/** Stands for everyone of a namespace. */
export const EVERYONE = "*";

export interface Said {
  readonly namespace: string;
  readonly room: string;
  /** The name of the sender, and its connection: order is promised for each connection. */
  readonly sender: string;
  readonly connection: string;
  readonly n: number;
  /** When, epoch milliseconds. */
  readonly at: number;
}

/** What was said and acknowledged, so that every member has been sent it. */
export interface Acknowledged extends Said {
  /** When its sender learned that, epoch milliseconds. */
  readonly doneAt: number;
}

/** What a talker heard. */
export interface Heard extends Said {
  /** When the listener asked to be let into the room; absent for what went to everyone. */
  readonly askedAt?: number | undefined;
  readonly stay?: Stay | undefined;
  /** Whether the listener was in the room already when it was said. */
  readonly wasThere: boolean;
  /** The listener's connection. */
  readonly by: string;
}

/** Each time that a client asks for a room begins another. */
export interface Stay {
  /** When it asked for the room, in this stay or in one before that it has not left. */
  readonly askedAt: number;
  /** When it asked in this one. */
  readonly begunAt: number;
  /** Since when it knows to be there; absent while it has only asked. */
  since?: number;
  /** When it learned that it had left. */
  leftAt?: number;
}

export function show({ namespace, room, sender, n }: Said): string {
  return `${namespace} ${room}/${sender}/${n}`;
}
