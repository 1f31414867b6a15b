import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Project, succeeds } from "../project";

/** What a stranger does who has installed everything beside CommonJS, ES modules and TypeScript of several versions. */

/** Those with classes or functions. */
const NAMES: Readonly<Record<string, string>> = {
  "lambda-rooms": "Rooms",
  "lambda-rooms/cdk": "RoomsStack",
  "lambda-rooms/local": "startLocalStack",
  "lambda-rooms/managed": "managedRooms",
  "lambda-rooms/emitter": "roomsFrom",
  "lambda-rooms/parser": "Encoder",
  "@lambda-rooms/client": "connect",
  "@lambda-rooms/client/react": "useRoom",
  "@lambda-rooms/emitter": "roomsFrom",
  "@lambda-rooms/parser": "Encoder",
};
export const PACKAGES = [
  ...["lambda-rooms", "@lambda-rooms/client", "@lambda-rooms/emitter", "@lambda-rooms/parser"],
];

export async function loadsEverything(project: Project): Promise<void> {
  const specifiers = PACKAGES.flatMap((name) =>
    Object.keys(project.manifestOf(name).exports).map((one) => one.replace(/^\./, name)),
  );
  assert(specifiers.length > Object.keys(NAMES).length);
  for (const specifier of specifiers) {
    const name = NAMES[specifier];
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

const STRICT = ["--noEmit", "--strict", "--target", "es2022", "--types", "node"];
const BUNDLER = ["--module", "esnext", "--moduleResolution", "bundler"];
/** What older projects of `cdk init` have, which knows no `exports`. */
const OLD = ["--module", "commonjs", "--moduleResolution", "node10"];

/** These read the declarations themselves too, and with them those of the CDK, which takes a while. */
export async function hasTypes(project: Project, compiler: string): Promise<void> {
  const tsc = path.join(project.folder, "node_modules", compiler, "bin/tsc");
  const check = (...args: string[]) => succeeds(project.node(tsc, ...STRICT, ...args));
  await check("--module", "node16", "commonjs.cts", "module.mts");
  // A front end has no types of Node, and checks its libraries too.
  await succeeds(project.node(tsc, "-p", "tsconfig.page.json"));
}

export async function hasTypesElsewhere(project: Project): Promise<void> {
  const check = (...args: string[]) => succeeds(project.run("npx", "tsc", ...STRICT, ...args));
  await check("--skipLibCheck", ...BUNDLER, "module.mts");
  await check("--skipLibCheck", ...OLD, "--ignoreDeprecations", "6.0", "commonjs.cts");
}

export async function makesStacks(project: Project): Promise<void> {
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

/** As the `cdk.json` of `cdk init app --language typescript` has it, with its options of TypeScript. */
export async function runsUnderTsNode(project: Project): Promise<void> {
  const outdir = path.join(project.folder, "cdk.out.ts-node");
  const more = { CDK_OUTDIR: outdir, TS_NODE_COMPILER: "typescript5" };
  const args = ["ts-node", "--prefer-ts-exts", "--project", "cdk-init/tsconfig.json"];
  await succeeds(project.runWith(more, "npx", ...args, "cdk-init/app.ts"));
  readFileSync(path.join(outdir, "Chat.template.json"));
}

export async function preparesAndPlans(project: Project): Promise<void> {
  const found = await project.run("npx", "lambda-rooms", "init", "--yes", "--json");
  assert.equal(found.code, 0, found.output);
  assert.equal(JSON.parse(found.output).entry, "server.js");
  const plan = await project.run("npx", "lambda-rooms", "deploy", "--dry-run", "--json");
  assert.equal(plan.code, 0, plan.output);
  assert.match(plan.output, /"stackName": "LambdaRooms-\w+"/);
  // The clients of AWS that the package has in itself: without a table in reach, they say so.
  const nowhere = ["--table", "none", "--region", "eu-west-1", "--endpoint", "http://127.0.0.1:1"];
  const kept = await project.run("npx", "lambda-rooms", "inspect", ...nowhere);
  assert.match(kept.output, /^Cannot inspect: /m);
  const probes = ["verify", "--local", "--quick", "--only", "17"];
  await succeeds(project.run("npx", "lambda-rooms", ...probes));
}

export async function runsChat(project: Project): Promise<void> {
  const began = Date.now();
  await project.serve(["npx", "lambda-rooms", "dev", "server.js", "--port", "0"], async (url) => {
    console.log(`   ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const output = await succeeds(project.node("client.cjs", url));
    assert.deepEqual(JSON.parse(output), {
      ...{ answer: "welcome Ada", joined: "Ada", users: ["Ada"] },
    });
  });
}

/** Optional peers are not installed: what needs them says so, and the rest works. */
export async function namesWhatIsMissing(project: Project): Promise<void> {
  const { code, output } = await project.run("npx", "lambda-rooms", "dev", "server.js");
  assert.equal(code, 1);
  assert.match(output, /npm install --save-dev aws-cdk-lib constructs/);
  await succeeds(project.run("npx", "lambda-rooms", "check", "server.js"));
  await succeeds(project.run("npx", "lambda-rooms", "--version"));
}
