import { SQSClient } from "@aws-sdk/client-sqs";
import { redrive } from "../console/sources/redrive";
import { called, readArguments, runToEnd, UsageError } from "./usage";

const help = () => `Usage: ${called("run redrive")} <ARN of a queue of dead letters> …

Moves dead letters back to their queues, once what made them fail is mended. The ARNs are the stack's
output DeadLetters. What belongs to a connection that has ended does nothing.

  --rate <n>  messages a second, 500 at most
  --help`;

/** `npm run redrive`. Region and credentials are those of the AWS SDK. */
async function main(): Promise<void> {
  const { values, positionals } = readArguments("redrive", {
    allowPositionals: true,
    options: { rate: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(help());
  // The stack's output may be pasted as it is.
  const arns = positionals.flatMap((text) => text.split(/[\s,]+/)).filter((text) => text !== "");
  const wrong = arns.find((arn) => !/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn));
  if (arns.length === 0 || wrong !== undefined) {
    throw new UsageError(
      `Cannot redrive: expected ARNs of queues, got ${wrong ?? "none"}\n\n${help()}`,
    );
  }
  const { rate } = values;
  if (rate !== undefined && !(/^\d+$/.test(rate) && Number(rate) >= 1 && Number(rate) <= 500)) {
    throw new UsageError(
      `Cannot redrive: expected --rate to be a whole number from 1 to 500, got ${rate}`,
    );
  }
  const sqs = new SQSClient({});
  for (const arn of arns) {
    const progress = (moved: number) => console.log(`${arn}: ${moved} moved so far …`);
    console.log(`${arn}: ${await redrive(sqs, arn, rate, progress)} moved`);
  }
}

void runToEnd(main);
