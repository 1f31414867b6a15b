import { spawnSync } from "node:child_process";
import path from "node:path";
import { buildSync } from "esbuild";

/**
 * `npm run bench`: bundles the benchmarks as the functions are bundled, since that is what runs on
 * Lambda, and runs them with plain Node.
 */
const outdir = path.join(process.cwd(), "build/bench");
buildSync({
  entryPoints: [
    "main",
    "sink",
    "table-server",
    "post-side",
    "chat-lane",
    "application-lane",
    "chat-server",
    "event-side",
  ].map((name) => `bench/${name}.ts`),
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  outdir,
});
const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
const args = [path.join(outdir, "main.js"), ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env });
process.exitCode = status ?? 1;
