import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App } from "aws-cdk-lib";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import type { Ordering } from "../lib/rooms";
import { RoomsStack } from "../lib/rooms-stack";
import { startLocalStack } from "../local";

/**
 * The local stack in a process of its own: `node --import tsx bench/stack.ts <application> <ordering> [reuse]`.
 * Prints its port; answers whatever it is sent with its statistics. With `reuse` its containers serve a connection
 * again, as Lambda's do; without, each batch of a connection finds another container, which may have to start.
 */
const [, , app = ""] = process.argv;
const ordering = process.argv[3] as Ordering;
const freshContainers = process.argv[4] !== "reuse";

async function serve(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "lambda-rooms-bench-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const cdk = new App({ outdir: directory, context: featureFlags });
  // The account's and the stage's rates would be what is measured.
  const [many, throttle] = [1e6, { rateLimit: 1e6, burstLimit: 1e6 }];
  new RoomsStack(cdk, "LambdaRooms", {
    ...{ entry: app, ordering, throttle },
    connectThrottle: throttle,
  });
  cdk.synth();
  const limits = { requestsPerSecond: many, requestBurst: many, connectionsPerSecond: many };
  const common = { port: 0, limits, freshContainers, log: () => {} };
  const stack = await startLocalStack({ assembly: directory, ...common });
  await stack.ready();
  process.on("message", () => process.send?.(stack.statistics()));
  process.on("disconnect", () => process.exit());
  process.on("SIGTERM", () => process.exit());
  process.stdout.write(`${stack.port}\n`);
}
void serve();
