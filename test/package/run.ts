import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Project } from "./project";

/** `npm run test:package`: packs the package, and uses it as a stranger does. */

const HELP = `Usage: npm run test:package

Packs the npm package, installs it into a fresh project outside of this folder, loads every export, checks the types,
makes a stack in a CDK app of plain JavaScript, and runs a chat by \`npx lambda-rooms dev\`. Needs npm's registry.`;

/** Of that, AWS's clients for `inspect`, `reset` and `verify` are a fifth. */
const MOST_BYTES = 1_500_000;

type Step = readonly [what: string, run: (project: Project) => Promise<void>];

const steps: readonly Step[] = [
  [
    "the tarball is small and holds nothing of the clone",
    async ({ bytes, files }) => {
      assert(bytes < MOST_BYTES, `${bytes} bytes`);
      const other = /^(dist\/|package\.json$|README\.md$|LICENSE$)/;
      assert.deepEqual(
        files.filter((file) => !other.test(file)),
        [],
      );
      console.log(`   ${files.length} files, ${Math.round(bytes / 1000)} KB`);
    },
  ],
  ["every export is required and imported", loadEverything],
  ["the types hold for CommonJS, ES modules and bundlers", checkTypes],
  ["a CDK app in plain JavaScript makes a stack", makeStack],
  ["the command prepares the project, and says what a deployment would be", prepare],
  ["a chat answers the stock client under `npx lambda-rooms dev`", runChat],
];

/** Those with classes or functions. */
const NAMES: Readonly<Record<string, string>> = {
  ".": "Rooms",
  "./cdk": "RoomsStack",
  "./local": "startLocalStack",
  "./managed": "managedRooms",
  "./emitter": "roomsFrom",
  "./parser": "Encoder",
};

async function loadEverything(project: Project): Promise<void> {
  const paths = Object.keys(project.manifest().exports);
  assert(paths.length > Object.keys(NAMES).length);
  for (const one of paths) {
    const specifier = one.replace(/^\./, "lambda-rooms");
    const name = NAMES[one];
    if (name === undefined) {
      await succeeds(project.node("-e", `require("${specifier}")`));
      continue;
    }
    const test = `if (typeof ${name} !== "function") throw new Error("${specifier} has no ${name}")`;
    await succeeds(project.node("-e", `const { ${name} } = require("${specifier}"); ${test}`));
    const code = `import { ${name} } from "${specifier}"; ${test}`;
    await succeeds(project.node("--input-type=module", "-e", code));
  }
}

async function checkTypes(project: Project): Promise<void> {
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--types", "node"];
  const check = (...args: string[]) => succeeds(project.run("npx", "tsc", ...strict, ...args));
  const bundler = ["--module", "esnext", "--moduleResolution", "bundler"];
  // What older projects of `cdk init` have, which knows no `exports`.
  const old = ["--module", "commonjs", "--moduleResolution", "node10"];
  await Promise.all([
    // This one reads the declarations themselves too, and with them those of the CDK, which takes a while.
    check("--module", "node16", "commonjs.cts", "module.mts"),
    check("--skipLibCheck", ...bundler, "module.mts"),
    check("--skipLibCheck", ...old, "--ignoreDeprecations", "6.0", "commonjs.cts"),
    // A front end has no types of Node.
    succeeds(project.run("npx", "tsc", "-p", "tsconfig.page.json")),
  ]);
}

async function makeStack(project: Project): Promise<void> {
  await succeeds(project.synthesize("server.js", "cdk.out"));
  const file = path.join(project.folder, "cdk.out/Chat.template.json");
  const { Resources } = JSON.parse(readFileSync(file, "utf8"));
  const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
  assert(types.filter((type) => type === "AWS::Lambda::Function").length >= 8);
  await succeeds(project.synthesize("rooms.mjs", "cdk.out.rooms"));
  const refused = await project.synthesize("open-rooms.mjs", "cdk.out.open");
  assert.match(refused.output, /Cannot deploy managed rooms that do not say who may enter/);
  assert.notEqual(refused.code, 0);
}

async function prepare(project: Project): Promise<void> {
  const found = await project.run("npx", "lambda-rooms", "init", "--yes", "--json");
  assert.equal(found.code, 0, found.output);
  assert.equal(JSON.parse(found.output).entry, "server.js");
  const plan = await project.run("npx", "lambda-rooms", "deploy", "--dry-run", "--json");
  assert.equal(plan.code, 0, plan.output);
  assert.match(plan.output, /"stackName": "LambdaRooms-stranger"/);
  // The clients of AWS that the package has in itself: without a table in reach, they say so.
  const nowhere = ["--table", "none", "--region", "eu-west-1", "--endpoint", "http://127.0.0.1:1"];
  const kept = await project.run("npx", "lambda-rooms", "inspect", ...nowhere);
  assert.match(kept.output, /^Cannot inspect: /m);
  const probes = ["verify", "--local", "--quick", "--only", "17"];
  await succeeds(project.run("npx", "lambda-rooms", ...probes));
}

async function runChat(project: Project): Promise<void> {
  const began = Date.now();
  const child = spawn("npx", ["lambda-rooms", "dev", "server.js", "--port", "0"], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const [, found] = /Page +(http:\/\/\S+?)\/\n[\s\S]*Ctrl-C/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.on("exit", () => reject(new Error(`It ended before it was ready:\n${text}`)));
  });
  console.log(`   ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const { code, output } = await project.node("client.cjs", url);
  assert.deepEqual(
    [code, JSON.parse(output)],
    [0, { answer: "welcome Ada", joined: "Ada", users: ["Ada"] }],
  );
  child.kill("SIGTERM");
  // Its output ends when the last process of the command has.
  await once(child.stdout, "close");
  await assert.rejects(fetch(url), /fetch failed/);
}

async function succeeds(ending: Promise<{ code: number; output: string }>): Promise<void> {
  const { code, output } = await ending;
  assert.equal(code, 0, output);
}

async function main(): Promise<void> {
  if (process.argv.includes("--help")) return console.log(HELP);
  const began = Date.now();
  const seconds = (since: number) => ((Date.now() - since) / 1000).toFixed(1);
  const project = await Project.make();
  console.log(`packed and installed after ${seconds(began)} s`);
  try {
    for (const [what, run] of steps) {
      const at = Date.now();
      await run(project);
      console.log(`ok ${what}: ${seconds(at)} s`);
    }
  } finally {
    project.remove();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
