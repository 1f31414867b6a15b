import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { poll } from "../clients";
import { finding, needsAws, type Probe } from "../probe";

const ATTRIBUTES = ["FifoThroughputLimit", "DeduplicationScope", "VisibilityTimeout"] as const;

export const deploy: Probe = {
  number: 1,
  title: "a deployment that answers",
  does: "deploys; reads event sources and attributes of the lane; sends an echo until it is answered",
  expected: "event sources enabled, high throughput on, an echo answered",
  minutes: 4,
  usd: 0,
  async run({ platform, deployment: { sqs, queues, tookMs }, clients }) {
    const start = Date.now();
    // The first handshakes of a new deployment may fail, until everything has spread.
    await poll(
      "an echo",
      async () => {
        const socket = await clients.stock().catch(() => undefined);
        return socket?.emitWithAck("echo", "first").catch(() => undefined);
      },
      { limitMs: 180_000, stepMs: 1000 },
    );
    const firstEchoMs = Date.now() - start;
    const request = { QueueUrl: queues.lane, AttributeNames: [...ATTRIBUTES] };
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand(request));
    const chosen = Object.fromEntries(ATTRIBUTES.map((name) => [name, Attributes[name]]));
    const states = await platform.control?.eventSourceStates();
    return finding(
      { deploySeconds: Math.round(tookMs / 1000), firstEchoMs, ...chosen, states },
      {
        "a visibility timeout of six times the function's timeout":
          Attributes.VisibilityTimeout === "60",
        ...(states && {
          "all event sources enabled": states.length === 3 && states.every((s) => s === "Enabled"),
          "high throughput per message group":
            Attributes.FifoThroughputLimit === "perMessageGroupId" &&
            Attributes.DeduplicationScope === "messageGroup",
        }),
      },
      states ? [] : needsAws("states of event sources, FIFO throughput"),
    );
  },
};
