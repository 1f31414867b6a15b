import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OrderingChoice } from "../../lib/ordering";
import { type Account, asking, reachAccount } from "../aws/account";
import { findStack, refuseForeign, type Stack, stackNameOf } from "../aws/stack";
import { refusalsOf } from "../check-locks";
import { type Config, entryOf, readConfig, settingsOf } from "../command/config";
import { type Given, readCommand } from "../command/read";
import { DEPLOY } from "../command/tables/aws";
import { describeSource, type Source } from "../describe-source";
import { missingPeers, refuseWithoutPeers, runCdkApp } from "../synthesize";
import { runToEnd } from "../usage";
import { carryOut } from "./carry-out";
import { Cdk } from "./cdk";
import { describePlan, planOf } from "./plan";
import { asDeployer, refuseState, requireBootstrap } from "./preconditions";

type Values = Given<typeof DEPLOY>["values"];

/** What is to be deployed. */
interface Order {
  readonly entry: string;
  readonly stackName: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly assembly: string;
}

/** `lambda-rooms deploy`. Untried on AWS. */
async function main(): Promise<void> {
  const given = readCommand(DEPLOY);
  if (given === undefined) return;
  const { values, positionals } = given;
  const config = readConfig("deploy");
  const entry = entryOf("deploy", positionals, config);
  const settings = settingsOf("deploy", values, config);
  const stackName = stackNameOf(values["stack-name"], config);
  const cdk = findCdk(values["dry-run"]);
  const assembly = mkdtempSync(path.join(tmpdir(), "lambda-rooms-"));
  process.on("exit", () => rmSync(assembly, { recursive: true, force: true }));
  const order = { entry, stackName, settings, assembly };
  const source = await readSource(order, values.json);
  if (cdk === undefined) return await printPlan(order, source, values);
  const account = await reachAccount("deploy", values, config);
  await deploy(order, { cdk, account, values, config });
}

/** A dry run needs none. */
function findCdk(isDryRun: boolean): Cdk | undefined {
  if (!isDryRun) return Cdk.find("deploy", missingPeers());
  refuseWithoutPeers("deploy");
  return undefined;
}

/** What the source shows; ends the command where a deployment would be refused. */
async function readSource({ entry, settings }: Order, isJson: boolean): Promise<Source> {
  const ordering = (settings.ordering ?? "auto") as OrderingChoice;
  const fastTimers = settings.fastTimers === true;
  const source = await describeSource({ app: entry, ordering, fastTimers });
  const refusals = await refusalsOf(entry);
  for (const line of [...source.notes, ...source.findings]) console.error(line);
  if (refusals.length === 0) return source;
  if (isJson) console.log(JSON.stringify({ ok: false, refusals }, undefined, 2));
  throw new Error(refusals.join("\n"));
}

async function synthesize({ entry, stackName, settings, assembly }: Order): Promise<void> {
  const { isDone } = await runCdkApp("deploy", assembly, {
    ...{ ...settings, app: entry, stackName },
    // As the CDK's command has it: names of resources for people.
    "aws:cdk:enable-path-metadata": true,
    "aws:cdk:enable-asset-metadata": true,
  });
  // It has said why itself.
  if (!isDone) process.exit(1);
}

async function printPlan(order: Order, source: Source, { json }: Values): Promise<void> {
  await synthesize(order);
  const { ordering, notes, findings } = source;
  const { entry, stackName, assembly } = order;
  const plan = planOf(assembly, stackName, ordering);
  if (json) {
    const document = { ok: true, stackName, file: entry, ordering, notes, findings, ...plan };
    return console.log(JSON.stringify(document, undefined, 2));
  }
  console.log(`\nThe stack ${stackName} with ${entry}, ordering "${ordering}"\n`);
  console.log(describePlan(plan));
  console.log("\nNothing was deployed: that was a dry run.");
}

interface Means {
  readonly cdk: Cdk;
  readonly account: Account;
  readonly values: Values;
  readonly config: Config;
}

async function deploy(order: Order, { cdk, account, values }: Means): Promise<void> {
  const { stackName } = order;
  const calls = await asDeployer(account);
  const before = await asking("deploy", () => findStack(calls, stackName));
  if (before !== undefined) {
    refuseForeign("deploy", before);
    refuseState(before);
  }
  await requireBootstrap(account, cdk, values.bootstrap);
  console.error(`Making the stack's template from ${order.entry} …`);
  await synthesize(order);
  const { id, region } = account;
  console.error(`Deploying ${stackName} to the account ${id} in ${region} …`);
  const after = await carryOut({ ...order, calls, cdk, before });
  if (values.json) {
    const document = { ok: true, stackName, region, account: id, outputs: after.outputs };
    return console.log(JSON.stringify(document, undefined, 2));
  }
  announce(after);
}

function announce({ name, outputs }: Stack): void {
  const { Site, Endpoint = "", HttpUrl, PublishUrl = "", Client = "" } = outputs;
  const rows = [
    ["WebSocket", Endpoint],
    ...(Site ? [["Site", Site]] : []),
    ...(HttpUrl && !Site ? [["HTTP", HttpUrl]] : []),
    ["Publish", PublishUrl],
    ["Client", Client],
  ];
  console.log(`\n${name} is deployed\n`);
  for (const [label = "", text = ""] of rows) console.log(`  ${label.padEnd(10)} ${text}`);
  console.log(`
What it logs, whether all is as expected, and its end:
  npx lambda-rooms logs --follow --stack-name ${name}
  npx lambda-rooms verify --stack-name ${name}
  npx lambda-rooms destroy --stack-name ${name}`);
}

void runToEnd(main);
