import { memoryStores } from "../support/stores";
import { runStoreTests } from "./store";

runStoreTests("the twin in memory", async () => {
  const stores = memoryStores();
  return {
    ...stores,
    async fill(namespace, room, socketIds) {
      for (const socketId of socketIds) {
        const address = { namespace, socketId, connectionId: "c9=", protocol: "json" as const };
        await stores.store.completeSocket(address, { rooms: new Set([room]) });
      }
    },
  };
});
