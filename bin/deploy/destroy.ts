import { type Account, asking, reachAccount } from "../aws/account";
import type { AwsCalls } from "../aws/calls";
import {
  deleteStack,
  deployedTemplate,
  findStack,
  newestEvent,
  requireStack,
  type Stack,
  stackNameOf,
} from "../aws/stack";
import { confirm } from "../command/ask";
import { readConfig } from "../command/config";
import { readCommand } from "../command/read";
import { DESTROY } from "../command/tables/aws";
import { runToEnd } from "../usage";
import { asDeployer } from "./preconditions";
import { follow, Progress } from "./progress";
import { describeResource, type Template } from "./words";

/** `lambda-rooms destroy`. Untried on AWS. */
async function main(): Promise<void> {
  const given = readCommand(DESTROY);
  if (given === undefined) return;
  const { values } = given;
  const config = readConfig("destroy");
  const name = stackNameOf(values["stack-name"], config);
  const account = await reachAccount("destroy", values, config);
  const calls = await asDeployer(account);
  const stack = await asking("destroy", () => requireStack("destroy", calls, name));
  const template = await asking("destroy", () => deployedTemplate(calls, name));
  console.error(describeEnd(account, stack, template as Template));
  const question = "This cannot be undone.";
  if (!(await confirm("destroy", question, { yes: values.yes, expected: name }))) {
    console.error("Nothing was deleted.");
    process.exitCode = 1;
    return;
  }
  const kept = await carryOut(calls, stack, template as Template);
  if (values.json) {
    return console.log(JSON.stringify({ ok: true, stackName: name, kept }, undefined, 2));
  }
  console.log(`\n${name} is deleted${kept.length === 0 ? "" : `. Left: ${kept.join(", ")}`}`);
}

/** What goes with the stack, in words. */
function describeEnd({ id, region }: Account, { name }: Stack, template: Template): string {
  const lines = [`This deletes ${name} in the account ${id} in ${region}, and with it`];
  lines.push("  its connections: every client is disconnected, and the URL does not come back");
  for (const [type, what] of DATA) {
    const all = Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
    if (all.length === 0) continue;
    const retained = all.filter(([, one]) => isRetained(one.DeletionPolicy));
    if (retained.length < all.length) lines.push(`  ${what}`);
    const names = retained.map(([logicalId]) => describeResource(logicalId, type, template));
    if (names.length > 0) lines.push(`  but not ${names.join(", ")}, which is kept`);
  }
  return lines.join("\n");
}

/** Where data is. */
const DATA = [
  [
    "AWS::DynamoDB::Table",
    "its table, with all that sockets and the application keep: socket.data, rooms, variables, timers",
  ],
  ["AWS::SQS::Queue", "its queues, with events that wait and dead letters"],
  ["AWS::Logs::LogGroup", "its logs"],
  ["AWS::S3::Bucket", "its copy of the site's files"],
] as const;

function isRetained(policy: string | undefined): boolean {
  return policy === "Retain" || policy === "RetainExceptOnCreate";
}

/** @returns what is left, in words */
async function carryOut(calls: AwsCalls, stack: Stack, template: Template): Promise<string[]> {
  const known = await newestEvent(calls, stack.id);
  await asking("destroy", () => deleteStack(calls, stack.name));
  const progress = new Progress(template);
  progress.total = Object.keys(template.Resources).length;
  // A deleted stack is found by its id alone.
  let end = stack;
  await follow({ calls, stack: stack.id, known }, progress, async () => {
    end = (await asking("destroy", () => findStack(calls, stack.id))) ?? end;
    return /^DELETE_(COMPLETE|FAILED)$/.test(end.status);
  });
  if (end.status === "DELETE_COMPLETE") {
    return Object.entries(template.Resources)
      .filter(([, { DeletionPolicy }]) => isRetained(DeletionPolicy))
      .map(([logicalId, { Type }]) => describeResource(logicalId, Type, template));
  }
  const { failure } = progress;
  const why = failure ? `${failure.what}: ${failure.reason}` : end.reason;
  throw new Error(
    `Cannot destroy: CloudFormation could not delete ${why}\nMend that and run it again: it goes on where it stopped`,
  );
}

void runToEnd(main);
