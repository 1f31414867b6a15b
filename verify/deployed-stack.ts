import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type AwsCalls, textsOf } from "../bin/aws/calls";
import type { Stack, StackResource } from "../bin/aws/stack";
import { RoomsError, roomsFrom } from "../emitter";

interface Verdict {
  readonly verdict: "ok" | "differs";
  readonly detail: string;
}

interface StackLook {
  readonly what: string;
  run(): Promise<Verdict>;
}

/** What AWS's control planes say of a deployment. */
export function lookAtStack(
  calls: AwsCalls,
  stack: Stack,
  resources: readonly StackResource[],
): StackLook[] {
  const idsOf = (type: string) =>
    resources.filter((one) => one.type === type).map(({ physicalId }) => physicalId);
  return [
    {
      what: "the stack",
      run: async () => judge(/^(CREATE|UPDATE)_COMPLETE$/.test(stack.status), stack.status),
    },
    {
      what: "the event sources",
      run: () => eventSources(calls, idsOf("AWS::Lambda::EventSourceMapping")),
    },
    { what: "publishing with a signature", run: () => publish(calls, stack) },
    { what: "publishing without one is refused", run: () => publishUnsigned(stack) },
    { what: "the alarms", run: () => alarms(calls, idsOf("AWS::CloudWatch::Alarm")) },
    { what: "the dead letters", run: () => deadLetters(calls, resources) },
  ];
}

function judge(isOk: boolean, detail: string): Verdict {
  return { verdict: isOk ? "ok" : "differs", detail };
}

async function eventSources(calls: AwsCalls, ids: readonly string[]): Promise<Verdict> {
  const states = await Promise.all(
    ids.map(async (id) => {
      const path = `/2015-03-31/event-source-mappings/${id}`;
      return (await calls.rest<{ State: string }>("lambda", "GET", path)).State;
    }),
  );
  const isOk = states.length > 0 && states.every((state) => state === "Enabled");
  return judge(isOk, states.join(", ") || "none");
}

async function publish(calls: AwsCalls, { outputs }: Stack): Promise<Verdict> {
  const { accessKeyId, secretAccessKey, sessionToken } = await calls.keys();
  const rooms = roomsFrom({
    ROOMS_URL: outputs.PublishUrl,
    AWS_REGION: await calls.region(),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });
  try {
    const { size } = await rooms.countRooms();
    return judge(true, `${size} rooms in /`);
  } catch (error) {
    if (error instanceof RoomsError) return judge(false, error.message);
    throw error;
  }
}

async function publishUnsigned({ outputs }: Stack): Promise<Verdict> {
  const { status } = await fetch(new URL("rooms/%2F", outputs.PublishUrl), {
    signal: AbortSignal.timeout(30_000),
  });
  return judge(status === 403, String(status));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
async function alarms(calls: AwsCalls, names: readonly string[]): Promise<Verdict> {
  const given = Object.fromEntries(
    names.map((name, index) => [`AlarmNames.member.${index + 1}`, name]),
  );
  const xml = await calls.query("monitoring", "2010-08-01", "DescribeAlarms", given);
  const states = textsOf(xml, "StateValue");
  const found = textsOf(xml, "AlarmName");
  const ringing = found.filter((_, index) => states[index] === "ALARM");
  return judge(ringing.length === 0, ringing.join(", ") || `${found.length}, none rings`);
}

async function deadLetters(calls: AwsCalls, resources: readonly StackResource[]): Promise<Verdict> {
  const queues = resources.filter(
    ({ type, logicalId }) => type === "AWS::SQS::Queue" && /DeadLetters/.test(logicalId),
  );
  const counts = await Promise.all(
    // The physical id of a queue is its URL.
    queues.map(async ({ physicalId: QueueUrl }) => {
      const AttributeNames = ["ApproximateNumberOfMessages" as const];
      const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
      const { Attributes } = await calls.sqs.send(request);
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    }),
  );
  const sum = counts.reduce((all, one) => all + one, 0);
  return judge(sum === 0, sum === 0 ? "none" : `${sum}: see docs/operations.md, then redrive`);
}
