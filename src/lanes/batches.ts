/** Most messages in one SendMessageBatch. */
const MAX_BATCH = 10;

interface BatchResponse {
  readonly Failed?:
    | readonly {
        readonly Code?: string | undefined;
        readonly Message?: string | undefined;
      }[]
    | undefined;
}

/** Sends messages in batches, one after the other; rejects if one is refused. */
export async function sendBatches<T>(
  all: readonly T[],
  send: (some: readonly T[]) => Promise<BatchResponse>,
): Promise<void> {
  for (let start = 0; start < all.length; start += MAX_BATCH) {
    const some = all.slice(start, start + MAX_BATCH);
    const { Failed: failed = [] } = await send(some);
    const [first] = failed;
    if (first) {
      throw new Error(
        `Cannot send to a queue: expected ${some.length} messages to be accepted, got ${failed.length} refused (${first.Code}: ${first.Message})`,
      );
    }
  }
}
