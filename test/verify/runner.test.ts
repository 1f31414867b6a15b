import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Deployment, Platform } from "../../verify/platform";
import { finding } from "../../verify/probe";
import { runProbes } from "../../verify/runner";
import { summarize } from "../../verify/synthesize";

/** What happens around the probes, with a platform that only notes its calls. */

const options = {
  ...{ isDryRun: false, isLong: false, keeps: false, isLocal: false, isQuick: true },
  ...{ only: new Set([12]), report: "" },
};

function platform(deploy: () => Promise<Deployment>) {
  const calls: string[] = [];
  const double = {
    name: "local",
    deploy: () => {
      calls.push("deploy");
      return deploy();
    },
    destroy: async () => {
      calls.push("destroy");
      return [];
    },
  };
  return { calls, platform: double as unknown as Platform };
}

const run = (one: ReturnType<typeof platform>, own: object = {}, signal?: AbortSignal) =>
  runProbes({
    platform: one.platform,
    options: { ...options, ...own },
    signal: signal ?? new AbortController().signal,
    say: () => {},
  });

const nowhere = { endpoint: "ws://127.0.0.1:1/prod" } as Deployment;

test("a probe that fails is unknown, and the stack is deleted", async () => {
  const one = platform(() => Promise.reject(new Error("cdk deploy failed")));
  const results = await run(one);
  expect(one.calls).toEqual(["deploy", "destroy"]);
  expect(results).toMatchObject([
    { number: 1, verdict: "unknown", error: "cdk deploy failed" },
    { number: 18, verdict: "ok" },
  ]);
});

test("an interruption stops the probe that runs, and the stack is deleted", async () => {
  const interruption = new AbortController();
  // A stage that takes the first connection and never answers.
  const server = createServer(() => interruption.abort(new Error("interrupted")));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = `ws://127.0.0.1:${port}/prod`;
  const one = platform(async () => ({ endpoint }) as Deployment);
  const results = await run(one, { only: new Set([12, 13]) }, interruption.signal);
  server.close();
  expect(one.calls).toEqual(["deploy", "destroy"]);
  expect(results).toMatchObject([
    { number: 12, verdict: "unknown", error: "Stopped: interrupted" },
    { number: 18, verdict: "ok" },
  ]);
});

test("an interruption while the stack is being deployed deletes it", async () => {
  const interruption = new AbortController();
  const one = platform(() => {
    interruption.abort(new Error("interrupted"));
    return new Promise(() => {});
  });
  const [first] = await run(one, {}, interruption.signal);
  expect(first).toMatchObject({ number: 1, verdict: "unknown", error: "Stopped: interrupted" });
  expect(one.calls).toEqual(["deploy", "destroy"]);
});

test("--keep leaves the stack", async () => {
  const one = platform(() => Promise.reject(new Error("no")));
  await run(one, { keeps: true });
  expect(one.calls).toEqual(["deploy"]);
});

test("a question to the account alone deploys nothing", async () => {
  const one = platform(() => Promise.resolve(nowhere));
  const results = await run(one, { only: new Set([0]) });
  expect(one.calls).toEqual(["destroy"]);
  expect(results).toMatchObject([
    { number: 0, verdict: "skipped", notTried: expect.arrayContaining([expect.any(String)]) },
    { number: 18 },
  ]);
});

test("a finding differs where one expectation is not met, and is skipped without any", () => {
  expect(finding({}, { a: true, b: true }).verdict).toBe("ok");
  expect(finding({}, { a: true, b: false })).toMatchObject({
    verdict: "differs",
    differences: ["b"],
  });
  expect(finding({}, {}, ["c"])).toMatchObject({ verdict: "skipped", notTried: ["c"] });
});

test("a template is summed up by the types of its resources", () => {
  const Resources = { a: { Type: "B" }, b: { Type: "A" }, c: { Type: "B" } };
  expect(summarize({ Resources })).toEqual(["   1  A", "   2  B"]);
});
