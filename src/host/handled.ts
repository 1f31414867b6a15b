import type { ConnectionRecord, Sender } from "../ports";
import type { Live } from "./session";

/** The connection whose events a scope handles. */
export type Handled = Pick<ConnectionRecord, "id" | "protocol"> & { readonly sender?: Sender };

export function handledBy({ record, connection, sender }: Live): Handled {
  return {
    id: record.id,
    // Which parser a client speaks may show only while its first packet is handled.
    get protocol() {
      return connection.speaks;
    },
    sender,
  };
}
