import { waitFor } from "../support/wait-for";
import { both } from "./support/both";
import type { Application, RawClient } from "./support/side";

/** Acks with attachments, as the default parser writes them with `forceBase64`. */

const application: Application = (io, note) => {
  io.on("connection", (socket) => {
    socket.on("ask", async (...sent: unknown[]) => {
      note("asking", ...sent);
      const got = await socket.timeout(20_000).emitWithAck("question");
      note("answer", got);
    });
    socket.on("send", (...sent: unknown[]) => note("sent", ...sent));
  });
};

const placeholders = (count: number) =>
  Array.from({ length: count }, (_, num) => ({ _placeholder: true, num }));
const event = (count: number, name: string) => [
  `45${count}-${JSON.stringify([name, ...placeholders(count)])}`,
  ...Array.from({ length: count }, () => "bBAUG"),
];
const ack = (id: string, count: number) => [
  `46${count}-${id}${JSON.stringify([placeholders(count)])}`,
  ...Array.from({ length: count }, () => "bAQID"),
];

/** The id of the question that a client gets. */
async function asked(client: RawClient): Promise<string> {
  let id: string | undefined;
  await waitFor(() => {
    for (const frame of client.take()) id ??= /^42(\d+)\["question"/.exec(frame)?.[1];
    return id !== undefined;
  });
  return id as string;
}

const sent = Buffer.from([4, 5, 6]);
const answered = Buffer.from([1, 2, 3]);

both("comes past the handler that waits for it", application, async (side) => {
  const client = await side.connect();
  const asking = client.emit("ask");
  await client.send(...ack(await asked(client), 2));
  await waitFor(() => side.noted.length === 2);
  await asking;
  expect(side.noted).toEqual([["asking"], ["answer", [answered, answered]]]);
  expect(client.isOpen).toBe(true);
});

both("frame by frame, and among the attachments of events", application, async (side) => {
  const client = await side.connect();
  const asking = client.send(...event(2, "ask"));
  const id = await asked(client);
  const frames = [...event(1, "send"), ...ack(id, 2), ...event(2, "send")];
  // The ordinary lane waits for the answer, so these do not end before it.
  const sending = [];
  for (const frame of frames) sending.push(client.send(frame));
  await Promise.all([asking, ...sending]);
  await waitFor(() => side.noted.length === 4);
  const about = (what: string) => side.noted.filter((it) => (it as unknown[])[0] === what);
  expect(about("answer")).toEqual([["answer", [answered, answered]]]);
  expect(about("sent")).toEqual([
    ["sent", sent],
    ["sent", sent, sent],
  ]);
  expect(client.isOpen).toBe(true);
});
