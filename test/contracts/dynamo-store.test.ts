import { membershipKey } from "../../src/store/dynamo/keys";
import { startTable } from "../support/table";
import { runStoreTests } from "./store";

runStoreTests("the table in DynamoDB", async () => {
  const table = await startTable();
  return {
    ...table,
    async fill(namespace, room, socketIds) {
      // Straight into the table, since a member needs two writes; in one request after the other, since
      // so many at once are reset by the kernel of a small machine.
      for (let start = 0; start < socketIds.length; start += 500) {
        const some = socketIds.slice(start, start + 500);
        await table.write(some.map((id) => ({ ...membershipKey(namespace, room, id), c: "c9=" })));
      }
    },
  };
});
