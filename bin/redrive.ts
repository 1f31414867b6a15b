import { SQSClient } from "@aws-sdk/client-sqs";
import { redrive } from "../console/sources/redrive";
import { asking, chooseAccount } from "./aws/account";
import { deployedStack, outputOf } from "./aws/outputs";
import { readConfig } from "./command/config";
import { type Given, readCommand } from "./command/read";
import { REDRIVE } from "./command/tables/stored";
import { isCommand, runToEnd, UsageError } from "./usage";

/** `npm run redrive`. Region and credentials are those of the AWS SDK. */
async function main(): Promise<void> {
  const given = readCommand(REDRIVE);
  if (given === undefined) return;
  const { values } = given;
  chooseAccount(values, isCommand() ? readConfig("redrive") : {});
  const arns = await readArns(given.positionals, values);
  const sqs = new SQSClient({});
  const moved: Record<string, number> = {};
  for (const arn of arns) {
    const progress = (moved: number) => console.error(`${arn}: ${moved} moved so far …`);
    moved[arn] = await asking("redrive", () => redrive(sqs, arn, values.rate, progress));
    if (!values.json) console.log(`${arn}: ${moved[arn]} moved`);
  }
  if (values.json) console.log(JSON.stringify({ moved }, undefined, 2));
}

/** Those that are given, else those of the stack. */
async function readArns(
  given: readonly string[],
  values: Given<typeof REDRIVE>["values"],
): Promise<string[]> {
  if (given.length === 0 && !isCommand() && values["stack-name"] === undefined) {
    throw new UsageError("Cannot redrive: expected ARNs of queues, got none");
  }
  const texts = given.length > 0 ? given : [await deadLettersOf(values)];
  // The stack's output may be pasted as it is.
  const arns = texts.flatMap((text) => text.split(/[\s,]+/)).filter((text) => text !== "");
  const wrong = arns.find((arn) => !/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn));
  if (wrong === undefined) return arns;
  throw new UsageError(
    `Cannot redrive: expected ARNs of queues, such as ${REDRIVE.example}, got ${wrong}`,
  );
}

async function deadLettersOf(values: Given<typeof REDRIVE>["values"]): Promise<string> {
  const { stack } = await deployedStack("redrive", values);
  return outputOf("redrive", stack, "DeadLetters");
}

void runToEnd(main);
