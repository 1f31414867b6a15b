import { roomsFrom } from "../emitter";
import { chooseAccount } from "./aws/account";
import { AwsCalls } from "./aws/calls";
import { deployedStack, outputOf } from "./aws/outputs";
import { readConfig } from "./command/config";
import { type Given, readCommand } from "./command/read";
import { PUBLISH } from "./command/tables/aws";
import { runToEnd, UsageError } from "./usage";

type Values = Given<typeof PUBLISH>["values"];

/** `lambda-rooms publish`: an event by the publish endpoint, signed with the person's own credentials. */
async function main(): Promise<void> {
  const given = readCommand(PUBLISH);
  if (given === undefined) return;
  const { values, positionals } = given;
  const [event = "", ...texts] = positionals;
  const { url, calls } = await endpointOf(values);
  const rooms = roomsFrom({ ROOMS_URL: url, ...(await environmentOf(url, calls)) });
  // A socket is in a room of its own id.
  const to = [...values.room, ...values.socket];
  const receipt = await rooms
    .of(values.namespace)
    .to(to)
    .except([...values.except])
    .emit(event, ...texts.map(readArgument));
  if (receipt.failed + receipt.throttled > 0) process.exitCode = 1;
  if (values.json) return console.log(JSON.stringify(receipt, undefined, 2));
  const { matched, delivered, gone, throttled, failed } = receipt;
  const where = to.length === 0 ? `everyone in ${values.namespace}` : to.join(", ");
  const rest = [
    ...(gone > 0 ? [`${gone} had gone`] : []),
    ...(throttled > 0 ? [`${throttled} throttled`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  console.log(
    `${event} to ${where}: ${[`${delivered} of ${matched} reached`, ...rest].join(", ")}`,
  );
}

async function endpointOf(
  values: Values,
): Promise<{ readonly url: string; readonly calls: AwsCalls }> {
  const { url } = values;
  if (url === undefined) {
    const { account, stack } = await deployedStack("publish", values);
    return { url: outputOf("publish", stack, "PublishUrl"), calls: account.calls };
  }
  if (!/^https?:\/\//.test(url)) {
    throw new UsageError(
      `Cannot publish: expected --url with the output PublishUrl, which begins with https://, got ${url}`,
    );
  }
  // A function's URL names its Region; the local stack has one of its own.
  const region = values.region ?? /\.lambda-url\.([\w-]+)\.on\.aws/.exec(url)?.[1] ?? "us-east-1";
  chooseAccount({ ...values, region }, readConfig("publish"));
  return { url, calls: new AwsCalls() };
}

async function environmentOf(url: string, calls: AwsCalls) {
  const keys = await calls.keys().catch((error: Error) => {
    throw new Error(
      `Cannot publish: expected credentials for ${new URL(url).host}, got none (${error.message}). The local stack prints its own`,
    );
  });
  return {
    AWS_REGION: await calls.region(),
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
}

/** `{"a":1}`, `5` and `true` are JSON; `hello` is a text. */
function readArgument(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

void runToEnd(main);
