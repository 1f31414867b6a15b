import type { Born } from "./born";
import { stringText } from "./leaves";
import type { Heap } from "./runtime";
import type { Scope } from "./scopes";

/** Why a connection does not keep a socket. */
export const FOREIGN =
  'it belongs to another connection: keep its id and send to that room, or set ordering to "application"';

/** Whose memory is written: all of the application's, or that of one connection. */
export class Ownership {
  /** @param connection absent: all is written */
  constructor(
    private readonly heap: Heap,
    private readonly born: Born,
    private readonly connection: string | undefined,
  ) {}

  /** A connection only refers to what loading has made: that is the application's, and other connections hold it too. */
  refer(value: object): string | undefined {
    const path = this.connection === undefined ? undefined : this.born.pathOf(value);
    if (path === undefined || this.heap.host.referenceTo(value) !== undefined) return undefined;
    return `["l",${stringText(path)}]`;
  }

  /** Whether a socket or an ack is another connection's, whose item says what has become of it. */
  isForeign(value: object): boolean {
    const owner = this.connection === undefined ? undefined : this.heap.host.ownerOf?.(value);
    return owner !== undefined && owner !== this.connection;
  }

  /** Whether a frame is not written with what reaches it. */
  readonly isElsewhere = (scope: Scope): boolean =>
    this.connection !== undefined && this.heap.isEvaluated(scope);
}
