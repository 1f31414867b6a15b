import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { Clients, poll, within } from "../clients";
import { type Context, type Finding, finding, type Probe } from "../probe";

/** Four deliveries of a message that ends its container, each after the visibility timeout of 60 s. */
const ASIDE_MS = 420_000;

export const redrive: Probe = {
  number: 10,
  title: "put into quarantine, and brought back",
  does: "a handler ends its container until its event is a dead letter; then runs npm run redrive",
  expected:
    "the event put into quarantine, what came behind it handled; after the redrive, handled as well",
  minutes: 5,
  usd: 0,
  run(context) {
    return context.platform.withDeaths(async (deployment) => {
      const clients = new Clients(deployment.endpoint);
      try {
        return await setAsideAndRedrive({ ...context, deployment, clients });
      } finally {
        clients.close();
      }
    });
  },
};

async function setAsideAndRedrive(context: Context): Promise<Finding> {
  const socket = await context.clients.stock();
  let answer: "exit" | "live" = "exit";
  let deliveries = 0;
  socket.on("exit or live?", (ack: (answer: string) => void) => {
    deliveries++;
    ack(answer);
  });
  const survived = new Promise<void>((resolve) => socket.once("survived", resolve));
  const before = await countDeadLetters(context);
  const start = Date.now();
  socket.emit("exit?");
  const behind = socket.timeout(ASIDE_MS).emitWithAck("echo", "behind");
  await poll(
    "a dead letter",
    async () => ((await countDeadLetters(context)) > before ? true : undefined),
    { limitMs: ASIDE_MS, stepMs: context.platform.telemetryMs / 10 + 100 },
  );
  const asideSeconds = Math.round((Date.now() - start) / 1000);
  const wasHandled = (await behind) === "behind";
  const deaths = deliveries;
  answer = "live";
  const moved = await runRedrive(context);
  await within("the event that was brought back", survived, 120_000);
  return finding(
    { deaths, asideSeconds, redrive: moved },
    {
      "what came behind it handled": wasHandled,
      "the connection kept": socket.connected,
      "the dead letter handled after the redrive": deliveries > deaths,
    },
  );
}

async function countDeadLetters({ deployment: { sqs, queues } }: Context): Promise<number> {
  const name = "ApproximateNumberOfMessages" as const;
  const request = { QueueUrl: queues.deadLetters, AttributeNames: [name] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(request));
  return Number(Attributes?.[name] ?? 0);
}

/** The project's own command, as an operator runs it. */
async function runRedrive({ deployment, signal }: Context): Promise<string> {
  const { sqs, queues, environment } = deployment;
  const request = { QueueUrl: queues.deadLetters, AttributeNames: ["QueueArn" as const] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(request));
  const args = ["--import=tsx", "bin/redrive.ts", Attributes?.QueueArn ?? ""];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: environment,
    signal,
  });
  return stdout.trim().split("\n").at(-1)?.replace(/^.*: /, "") ?? "";
}
