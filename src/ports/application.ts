/**
 * The memory of a whole application, kept between invocations (`ordering: "application"`): entries of text by id, and a
 * version that each commit raises by one. `test/contracts` holds every store to what this file promises.
 */
export interface ApplicationStore {
  /**
   * All entries as one commit has left them, the newest. Strongly consistent. Version 0 and no entry before the first
   * commit.
   */
  read(): Promise<StoredApplication>;
}

export interface StoredApplication {
  readonly version: number;
  readonly entries: ReadonlyMap<string, string>;
  /** Ids of the messages of the last commits: those that may come again. */
  readonly messages: readonly string[];
  /** Where the next commit goes. */
  readonly log: ApplicationLog;
}

/** What one commit changes. */
export interface ApplicationChanges {
  readonly set: ReadonlyMap<string, string>;
  /** Ids that are in no entry any more. */
  readonly removed: readonly string[];
  /** Ids of the messages that led to it. */
  readonly messages: readonly string[];
}

/** What a container that has read the application may do to it. */
export interface ApplicationLog {
  /** Of the last commit that this container knows. */
  readonly version: number;
  /** Whether no other container has committed since. One small, strongly consistent read. */
  isCurrent(): Promise<boolean>;
  /**
   * Changes everything or nothing, on condition that the version is the one that this container knows. Of two containers
   * exactly one succeeds. A crash at any time leaves all as it was before, or as it is afterwards; so may a rejection,
   * which does not tell which of the two: read again.
   *
   * @returns `false`, and nothing changed, if another container has committed. Rejects with a RangeError if an entry has
   *   more than `MAX_ENTRY_BYTES`
   */
  commit(changes: ApplicationChanges): Promise<boolean>;
  /** Makes room for further commits, now and then. Call after a commit, where nothing waits for it. */
  tidy(): Promise<void>;
}

/** An entry may be this long, in bytes. */
export const MAX_ENTRY_BYTES = 4 * 1024 * 1024;
