import type { Member, Sender } from "../ports";

/** Members of an audience, for each page of which a broadcast's sender is charged before it is posted to. */
export async function* charged(
  pages: AsyncIterable<readonly Member[]>,
  { bytes }: { readonly bytes: number },
  sender: Sender | undefined,
): AsyncIterable<readonly Member[]> {
  let isFirst = true;
  for await (const page of pages) {
    await sender?.charge(page.length, bytes, isFirst);
    isFirst = false;
    yield page;
  }
}
