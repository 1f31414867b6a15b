import type { Member, Room } from "../../../src/ports";
import type { TestStores } from "../../support/stores";

/** A store under test. */
export interface StoreUnderTest extends TestStores {
  /** Makes many members of a room that no socket has joined, fast. */
  fill(namespace: string, room: Room, socketIds: readonly string[]): Promise<void>;
}

/** Makes an empty store. */
export type Setup = () => Promise<StoreUnderTest>;

/** A new store for each test of a `describe`. */
export function useStore(setup: Setup): () => StoreUnderTest {
  let stores: StoreUnderTest;
  beforeEach(async () => {
    stores = await setup();
  });
  afterEach(() => stores.close());
  return () => stores;
}

/** Lets time pass for the store, which asks `Date.now`. */
export function passTime(ms: number): void {
  passedMs += ms;
  jest.spyOn(Date, "now").mockImplementation(() => now() + passedMs);
}

const { now } = Date;
let passedMs = 0;

export function restoreClock(): void {
  passedMs = 0;
  jest.restoreAllMocks();
}

/** All that comes page by page. */
export async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

/** The ids of all members that come page by page. */
export async function idsOf(pages: AsyncIterable<readonly Member[]>): Promise<string[]> {
  return (await all(pages)).map(({ socketId }) => socketId);
}

/**
 * Lets a call die at its first write, in another store at its second, and so on, until it lives.
 *
 * @param prepare what the call needs
 * @param call what dies
 * @param check what holds after each death, and after the life
 */
export async function dieAtEachWrite(
  setup: Setup,
  prepare: (stores: StoreUnderTest) => Promise<unknown>,
  call: (stores: StoreUnderTest) => Promise<unknown>,
  check: (stores: StoreUnderTest, hasDied: boolean) => Promise<void>,
): Promise<void> {
  let deaths = 0;
  for (let hasDied = true; hasDied; ) {
    const stores = await setup();
    await prepare(stores);
    stores.writes.dieAfter(deaths);
    const error = await call(stores).then(
      () => undefined,
      (reason: Error) => reason,
    );
    hasDied = stores.writes.revive();
    expect(error?.message).toBe(hasDied ? "died" : undefined);
    await check(stores, hasDied);
    await stores.close();
    if (hasDied) deaths++;
  }
  expect(deaths).toBeGreaterThan(0);
}
