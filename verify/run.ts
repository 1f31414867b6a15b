import { chooseAccount } from "../bin/aws/account";
import { UsageError } from "../bin/usage";
import { AwsPlatform } from "./aws";
import { verifyDeployed } from "./deployed";
import { LocalPlatform } from "./local";
import { type Options, readOptions } from "./options";
import { printPlan } from "./plan";
import { show, writeReport } from "./report";
import { runProbes } from "./runner";

/** `npm run verify:aws` and `lambda-rooms verify`. Untried on AWS; `--local` is part of the tests. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return;
  if ("deployed" in options) return await verifyDeployed(options.deployed);
  chooseAccount(options);
  if (options.isDryRun) return await printPlan(options);
  await verify(options);
}

async function verify(options: Options): Promise<void> {
  const startedAt = new Date().toISOString();
  const interruption = new AbortController();
  const platform = options.isLocal ? new LocalPlatform() : new AwsPlatform(interruption.signal);
  const interrupt = () => {
    if (interruption.signal.aborted) return;
    console.error("Interrupted: deleting the stack …");
    interruption.abort(new Error("interrupted"));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  console.log(`Deploying to ${platform.name} …`);
  const { signal } = interruption;
  const results = await runProbes({
    ...{ platform, options, signal },
    say: (result) => console.log(show(result)),
  });
  writeReport(options.report, {
    platform: platform.name,
    startedAt,
    endedAt: new Date().toISOString(),
    node: process.version,
    isInterrupted: signal.aborted,
    probes: results,
  });
  const count = (verdict: string) => results.filter((one) => one.verdict === verdict).length;
  const counts = ["ok", "differs", "unknown", "skipped"].map((one) => `${count(one)} ${one}`);
  console.log(`\n${counts.join(", ")}; see ${options.report}`);
  if (options.keeps && !options.isLocal) console.log("The stack LambdaRoomsVerify is kept.");
  if (options.isLocal && options.keeps) await platform.destroy();
  process.exitCode = signal.aborted ? 130 : count("differs") + count("unknown") > 0 ? 1 : 0;
}

main().then(
  // A probe that was interrupted may still wait for something.
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
