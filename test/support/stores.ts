import type { AllStores } from "../../src/ports";
import { createMemoryStores } from "../../src/store/memory/stores";
import { FailingWrites } from "./failing-writes";

/** Every port over one store, as tests use it. */
export interface TestStores extends AllStores {
  /** How many things are kept: as many as the table has, or would have, items. */
  size(): Promise<number>;
  readonly writes: FailingWrites;
  close(): Promise<void>;
}

/** The twin: what a test uses that is not about DynamoDB. */
export function memoryStores(): TestStores {
  const writes = new FailingWrites();
  const stores = createMemoryStores({ beforeWrite: () => writes.note() });
  return { ...stores, writes, size: async () => stores.size(), close: async () => {} };
}
