import type { AllStores, Member } from "../../src/ports";
import { createMemoryStores } from "../../src/store/memory/stores";
import { FailingWrites } from "./failing-writes";

/** Every port over one store, as tests use it. */
export interface TestStores extends AllStores {
  /** How many things are kept: as many as the table has, or would have, items. */
  size(): Promise<number>;
  /** Every membership, of rooms and of namespaces: a socket in two rooms has three. */
  memberships(): Promise<readonly Member[]>;
  readonly writes: FailingWrites;
  close(): Promise<void>;
}

/** The twin: what a test uses that is not about DynamoDB. */
export function memoryStores(): TestStores {
  const writes = new FailingWrites();
  const stores = createMemoryStores({ beforeWrite: () => writes.note() });
  return {
    ...stores,
    writes,
    size: async () => stores.size(),
    memberships: async () => stores.memberships(),
    close: async () => {},
  };
}
