import { startConsole } from "../console/server/server";
import { loadSources } from "../console/watch";
import { called, readArguments, runToEnd, UsageError } from "./usage";

const help = () => `Usage: ${called("run console")} --stack-name <name> [options]

Opens a page on this machine that shows a deployment and acts on it: rooms, sockets, lanes, errors, charts. It uses
your own AWS credentials; nothing becomes public. Each look reads the table, at most every 10 seconds while the page is
open.

  --stack-name <name>   the CloudFormation stack
  --events              follow the functions' logs as live events
  --rooms <path>        the construct's path, where it is not <stack>/Rooms
  --port <number>       of the page                                    (4300)
  --help

In place of a stack, or where it has no such outputs:

  --table <name>        the table
  --publish-url <url>   where to publish, without which the console only looks
  --dead-letters <ARNs> queues of dead letters
  --endpoint <url>      of a DynamoDB elsewhere

Region and credentials are those of the AWS SDK. Untried on AWS.`;

/** `npm run console` and `lambda-rooms console`. */
async function main(): Promise<void> {
  const { values } = readArguments("open the console", {
    options: {
      "stack-name": { type: "string" },
      table: { type: "string" },
      endpoint: { type: "string" },
      "publish-url": { type: "string" },
      "dead-letters": { type: "string" },
      rooms: { type: "string" },
      events: { type: "boolean", default: false },
      port: { type: "string", default: "4300" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(help());
  const { port, table } = values;
  const stackName = values["stack-name"];
  if (stackName === undefined && table === undefined) {
    throw new UsageError(
      "Cannot open the console: expected --stack-name, or --table with the stack's output Table, got neither",
    );
  }
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(
      `Cannot open the console: expected --port to be a whole number from 0 to 65535, got ${port}`,
    );
  }
  const source = await loadSources().findDeployment({
    ...{ stackName, table, tableEndpoint: values.endpoint, rooms: values.rooms },
    ...{ publishUrl: values["publish-url"], deadLetters: values["dead-letters"] },
    followsLogs: values.events,
  });
  const running = await startConsole(() => source, Number(port), { keepsRunning: true });
  console.log(`\n  Console  ${running.url}\n\nOnly this machine reaches it. Ctrl-C ends it.`);
}

void runToEnd(main);
