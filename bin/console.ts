import { startConsole } from "../console/server/server";
import { loadSources } from "../console/watch";
import { asking, chooseAccount } from "./aws/account";
import { stackNameOf } from "./aws/stack";
import { readConfig } from "./command/config";
import { readCommand } from "./command/read";
import { CONSOLE } from "./command/tables/stored";
import { isCommand, runToEnd, UsageError } from "./usage";

const DOING = "open the console";

/** `npm run console` and `lambda-rooms console`. */
async function main(): Promise<void> {
  const given = readCommand(CONSOLE);
  if (given === undefined) return;
  const { values } = given;
  const { table } = values;
  const config = isCommand() ? readConfig(DOING) : { settings: {} };
  const named = values["stack-name"];
  // A clone's stack is not called by its package.
  if (!isCommand() && named === undefined && table === undefined) {
    throw new UsageError(
      "Cannot open the console: expected --stack-name, or --table with the stack's output Table, got neither",
    );
  }
  const stackName = named ?? (table === undefined ? stackNameOf(undefined, config) : undefined);
  chooseAccount(values, config);
  const source = await asking(DOING, () =>
    loadSources().findDeployment({
      ...{ stackName, table, tableEndpoint: values.endpoint, rooms: values.rooms },
      ...{ publishUrl: values["publish-url"], deadLetters: values["dead-letters"] },
      followsLogs: values.events,
    }),
  );
  const running = await startConsole(() => source, values.port, { keepsRunning: true });
  console.log(`\n  Console  ${running.url}\n\nOnly this machine reaches it. Ctrl-C ends it.`);
}

void runToEnd(main);
