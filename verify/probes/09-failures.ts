import { randomUUID } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { poll } from "../clients";
import { type Context, finding, type Probe } from "../probe";

/** What a lane function logs of a message that it cannot read, each time. */
const UNREADABLE = "Cannot read a lane event";
const FORGOTTEN = "verify: a forgotten rejection";
/** What failed comes back after about a second; more would be the queue's visibility timeout of 60 s. */
const RETURN_MS = 10_000;

export const failures: Probe = {
  number: 9,
  title: "failures",
  does: "puts a message that always fails on a lane; lets a handler forget a rejection",
  expected: "the message back in about a second; the rejection logged, the connection served on",
  minutes: 2,
  usd: 0,
  async run(context) {
    const returnedMs = await failingMessage(context);
    const { platform, clients } = context;
    const since = Date.now();
    const socket = await clients.stock();
    socket.emit("forget");
    const after = await socket.timeout(30_000).emitWithAck("echo", "after");
    const lines = await lineOf(context, FORGOTTEN, since, 1);
    return finding(
      { failedMessageBackAfterMs: returnedMs, forgottenRejectionLogged: lines.length },
      {
        "a failed message back within seconds": returnedMs < Math.min(RETURN_MS, platform.idleMs),
        "a forgotten rejection logged": lines.length > 0,
        "the connection served on": after === "after",
      },
    );
  },
};

/** @returns milliseconds between its first two deliveries */
async function failingMessage(context: Context): Promise<number> {
  const { sqs, queues } = context.deployment;
  const since = Date.now();
  const group = `verify-${randomUUID()}`;
  const command = new SendMessageCommand({
    QueueUrl: queues.lane,
    MessageBody: '{"type":"unknown"}',
    MessageGroupId: group,
    MessageDeduplicationId: group,
  });
  await sqs.send(command);
  const [first, second] = await lineOf(context, UNREADABLE, since, 2);
  return (second?.at ?? Number.POSITIVE_INFINITY) - (first?.at ?? 0);
}

function lineOf({ platform }: Context, text: string, since: number, count: number) {
  return poll(
    `${count} log lines of "${text}"`,
    async () => {
      const lines = await platform.findLogLines(text, since);
      return lines.length >= count ? lines : undefined;
    },
    { limitMs: 90_000 + platform.telemetryMs, stepMs: platform.telemetryMs / 10 + 100 },
  );
}
