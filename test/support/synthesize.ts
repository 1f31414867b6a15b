import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

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
  ASSEMBLY_OF_CONNECTIONS: { app: "test/e2e/connections-app.js" },
  ASSEMBLY_OF_CHAT: { app: "apps/chat.ts" },
  ASSEMBLY_OF_PROTOCOL: { app: "test/docs/app.ts" },
  ASSEMBLY_OF_RECOVERY: { app: "test/e2e/recovering-app.ts" },
};

/** Jest's global setup: synthesizes the stacks once, as `npm start` does. */
export default async function setup(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), "lambda-rooms-test-"));
  process.env.TEST_ASSEMBLIES = directory;
  // CDK leaves an assembly in the temporary folder for every app of a test: let them go together.
  process.env.TMPDIR = directory;
  await Promise.all(
    Object.entries(assemblies).map(async ([name, context]) => {
      const outdir = path.join(directory, name);
      const env = { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
      await run("node", ["--import", "tsx", "bin/rooms.ts"], {
        env: { ...process.env, ...env, CDK_VALIDATION: "false" },
      });
      process.env[name] = outdir;
    }),
  );
}

export async function teardown(): Promise<void> {
  await rm(process.env.TEST_ASSEMBLIES as string, { recursive: true, force: true });
}
