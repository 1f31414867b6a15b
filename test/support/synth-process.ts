import type { SynthJob, SynthResult } from "./synth";

/**
 * Runs `bin/rooms.ts` once for each job of the standard input, one after the other: loading the CDK, and the rules of
 * its validator, takes longer than a synth. Each run ends as a process would, when nothing is left to do: the CDK
 * synthesizes then.
 */

// The functions are bundled once for all tests. What runs this program, tsx, keeps its own esbuild.
const cached: unknown = require("./esbuild-cached.js");
const esbuild = require.cache[require.resolve("esbuild")];
if (esbuild) esbuild.exports = cached;

const app = require.resolve("../../bin/rooms");
const results: SynthResult[] = [];
let stderr = "";
process.stderr.write = (text: unknown) => {
  stderr += String(text);
  return true;
};

async function readJobs(): Promise<SynthJob[]> {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
}

function runNext(jobs: SynthJob[]): void {
  const job = jobs.shift();
  if (job === undefined) {
    process.stdout.write(JSON.stringify(results));
    return;
  }
  process.env.CDK_OUTDIR = job.outdir;
  process.env.CDK_CONTEXT_JSON = JSON.stringify(job.context);
  delete require.cache[app];
  require(app);
  // After the CDK's own listener, which the application has added just now.
  process.once("beforeExit", () => {
    results.push({ status: Number(process.exitCode ?? 0), stderr });
    stderr = "";
    process.exitCode = 0;
    setImmediate(runNext, jobs);
  });
}

process.once("exit", () => {
  // An application that cannot be synthesized ends the process.
  if (stderr) process.stdout.write(stderr);
});

void readJobs().then(runNext);
