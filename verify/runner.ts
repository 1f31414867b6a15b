import { Clients } from "./clients";
import { isChosen, type Options } from "./options";
import type { Deployment, Platform } from "./platform";
import { type Finding, FULL, type Probe, QUICK } from "./probe";
import { probes } from "./probes";
import { account } from "./probes/00-account";
import { deploy } from "./probes/01-deploy";
import { destroy } from "./probes/18-destroy";
import { type Result, toResult } from "./report";

/** What a run needs besides its options. */
export interface Run {
  readonly platform: Platform;
  readonly options: Options;
  /** Aborted by Ctrl-C: the present probe ends, and the stack is deleted. */
  readonly signal: AbortSignal;
  /** Is given each result as it comes. */
  readonly say: (result: Result) => void;
}

/** Times its planned minutes, after which a probe's measurement has failed. */
const PATIENCE = 3;
const FAILED: Finding = { verdict: "unknown", measured: {}, differences: [], notTried: [] };

/** Deploys, runs the chosen probes, and deletes the stack whatever happens. */
export async function runProbes(run: Run): Promise<Result[]> {
  const { options } = run;
  const results: Result[] = [];
  const note = (result: Result) => {
    results.push(result);
    run.say(result);
  };
  const chosen = probes.filter((probe) => probe !== destroy && isChosen(probe, options));
  const deployed = chosen.filter((probe) => probe !== account);
  try {
    // Before the deployment: a change set says nothing once the stack is as the template says.
    if (chosen.includes(account)) note(await runOne(account, undefined, run));
    if (deployed.length > 0) await runDeployed(deployed, run, note);
  } finally {
    if (!options.keeps) note(await runOne(destroy, undefined, run));
  }
  return results.sort((a, b) => a.number - b.number);
}

/** Deploys and runs the probes that need it. */
async function runDeployed(chosen: Probe[], run: Run, note: (result: Result) => void) {
  const start = performance.now();
  let deployment: Deployment;
  try {
    deployment = await orAbort(run.platform.deploy({}), run.signal);
  } catch (error) {
    const seconds = (performance.now() - start) / 1000;
    return note(toResult(deploy, FAILED, seconds, messageOf(error)));
  }
  const background = chosen
    .filter(({ isBackground }) => isBackground)
    .map(async (probe) => note(await runOne(probe, deployment, run)));
  for (const probe of chosen.filter(({ isBackground }) => !isBackground)) {
    if (run.signal.aborted) break;
    note(await runOne(probe, deployment, run));
  }
  await Promise.all(background);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A probe that throws has the verdict `unknown`: the others go on. */
async function runOne(
  probe: Probe,
  deployment: Deployment | undefined,
  { platform, options, signal }: Run,
): Promise<Result> {
  const scale = options.isQuick ? QUICK : FULL;
  const clients = new Clients(deployment?.endpoint ?? "");
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  // The end comes after an interruption as well.
  const stop = probe === destroy ? new AbortController().signal : signal;
  const context = { platform, deployment, clients, scale, signal: stop };
  try {
    const work = probe.run(context as Parameters<Probe["run"]>[0]);
    const limit = AbortSignal.timeout(probe.minutes * PATIENCE * 60_000);
    const found = await orAbort(work, AbortSignal.any([stop, limit]));
    return toResult(probe, found, seconds());
  } catch (error) {
    return toResult(probe, FAILED, seconds(), messageOf(error));
  } finally {
    clients.close();
  }
}

/** The work, or a rejection as soon as the signal is aborted. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new Error(`Stopped: ${(signal.reason as Error)?.message}`));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  // A probe that goes on after an abort may still fail; the runner ignores that.
  work.catch(() => {});
  return await Promise.race([work, aborted]).finally(() =>
    signal.removeEventListener("abort", abort),
  );
}
