import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { synthAll } from "./synth";

/** The assemblies of the end-to-end tests: what they differ in, and the variable that names each. */
const assemblies = {
  ASSEMBLY: { app: "test/e2e/app.ts" },
  ASSEMBLY_DEPLOYED: { app: "test/e2e/deployed-app.ts" },
  ASSEMBLY_WITHOUT_LANES: { app: "test/e2e/app.ts", ordering: "none" },
  ASSEMBLY_OF_LARGE_ROOMS: {
    ...{ app: "test/e2e/app.ts", fanOutThreshold: "5" },
    logLevel: "WARN",
    allowedOrigins: "https://a.example https://*.b.example",
    connectionLimits: '{"framesPerSecond":20,"burstSeconds":10}',
    addressHeader: "X-Client-Address",
    spendingPerAddress: "0.004",
  },
  ASSEMBLY_OF_SITE: { app: "test/e2e/site-app/server.js", siteOnly: "true" },
  ASSEMBLY_OF_APPLICATION: { app: "test/e2e/app.ts", ordering: "application" },
  ASSEMBLY_OF_MEMORY: { app: "test/e2e/stateful-app.ts", ordering: "application" },
  ASSEMBLY_OF_LOOP: { app: "test/e2e/loop-app.js", fastTimers: "true" },
  ASSEMBLY_OF_CONNECTIONS: { app: "test/e2e/connections-app.js" },
  ASSEMBLY_OF_CHAT: { app: "apps/chat.ts" },
  ASSEMBLY_OF_PROTOCOL: { app: "test/docs/app.ts" },
  ASSEMBLY_OF_EXAMPLE_CHAT: { app: "examples/chat/server.js" },
  ASSEMBLY_OF_EXAMPLE_EXPRESS: { app: "examples/express/server.js" },
  ASSEMBLY_OF_EXAMPLE_GAME: {
    app: "examples/game/server.js",
    environment: '{"TURN_SECONDS":"2"}',
  },
  ASSEMBLY_OF_EXAMPLE_PRESENCE: { app: "examples/presence/server.js" },
  ASSEMBLY_OF_RECOVERY: { app: "test/e2e/recovering-app.ts" },
};

/** Jest's global setup: synthesizes the stacks once, as `npm start` does. */
export default async function setup(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), "lambda-rooms-test-"));
  process.env.TEST_ASSEMBLIES = directory;
  // CDK leaves an assembly in the temporary folder for every app of a test: let them go together.
  process.env.TMPDIR = directory;
  // The local stacks of all files share what V8 has compiled of the functions.
  process.env.NODE_COMPILE_CACHE = path.join(directory, "compiled");
  const jobs = Object.entries(assemblies).map(([name, context]) => {
    const outdir = path.join(directory, name);
    process.env[name] = outdir;
    return { outdir, context };
  });
  bundleAll(path.join(directory, "functions"));
  // A process for each core of a small machine.
  const halves = [jobs.filter((_, at) => at % 2 === 0), jobs.filter((_, at) => at % 2 === 1)];
  const results = await Promise.all(
    halves.map((half) => synthAll(half, { CDK_VALIDATION: "false" })),
  );
  for (const { status, stderr } of results.flat()) {
    if (status !== 0) throw new Error(`Cannot synthesize: ${stderr}`);
  }
}

/** Bundles the functions of every kind of application once: `esbuild-cached.js` hands them out. */
function bundleAll(outdir: string): void {
  // Loaded here: they read where the assemblies are.
  const { buildSync } = require("./esbuild-cached.js");
  const { allEntries, bundleOptions } =
    require("../../lib/bundle-functions") as typeof import("../../lib/bundle-functions");
  const entries = Object.fromEntries(allEntries().map((entry) => [entry, entry]));
  buildSync(bundleOptions(entries, outdir, false));
}

export async function teardown(): Promise<void> {
  await rm(process.env.TEST_ASSEMBLIES as string, { recursive: true, force: true });
}
