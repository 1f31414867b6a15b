#!/usr/bin/env node
import { existsSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { addToProject, findServer } from "./existing";
import { HELP, type Options, readOptions, TEMPLATES, type Template, WrongUse } from "./options";
import { writeTemplate } from "./template";

/** `npm create lambda-rooms`: a new project, or an existing one made ready. It overwrites nothing. */

type Ask = (question: string, fallback: string) => Promise<string>;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") return console.log(HELP);
  const isAsked = Boolean(process.stdin.isTTY && process.stdout.isTTY) && !options.yes;
  const lines = isAsked
    ? createInterface({ input: process.stdin, output: process.stdout })
    : undefined;
  const ask: Ask = async (question, fallback) => {
    const answer = await lines?.question(`${question} (${fallback}) `);
    return answer?.trim() || fallback;
  };
  try {
    const template = options.template ?? (await askForTemplate(ask));
    if (template === "existing") await makeReady(options, ask, isAsked);
    else await create(template, options, ask);
  } finally {
    lines?.close();
  }
}

async function askForTemplate(ask: Ask): Promise<Template> {
  const fallback = existsSync("package.json") ? "existing" : "chat";
  const list = Object.entries(TEMPLATES).map(([name, what]) => `  ${name.padEnd(9)} ${what}`);
  const answer = await ask(`${list.join("\n")}\nTemplate`, fallback);
  if (answer in TEMPLATES) return answer as Template;
  throw new WrongUse(
    `Cannot create: expected one of ${Object.keys(TEMPLATES).join(", ")}, got ${answer}`,
  );
}

async function create(template: Exclude<Template, "existing">, options: Options, ask: Ask) {
  const folder = resolve(options.folder ?? (await ask("Folder", "my-rooms")));
  const written = writeTemplate(template, folder);
  const where = relative(process.cwd(), folder) || ".";
  console.log(`
${basename(folder)}: ${written.length} files from the template "${template}"

  cd ${where}
  npm install
  npm run dev     then open the page that it prints in two tabs
  npm run check   what would not last on Lambda, or is open

README.md says what to change first.`);
}

async function makeReady(options: Options, ask: Ask, isAsked: boolean): Promise<void> {
  const folder = resolve(options.folder ?? ".");
  const server = options.server ?? (await ask("Server file", findServer(folder)));
  if (!existsSync(join(folder, server))) {
    throw new WrongUse(
      `Cannot make ready: expected a server file, got ${server}, which is not there`,
    );
  }
  const change = addToProject(folder, server);
  if (change.lines.length === 0) return console.log("package.json has all of it already.");
  console.log(
    `package.json of ${basename(folder)} gets:\n\n${change.lines.map((line) => `  + ${line}`).join("\n")}\n`,
  );
  if (isAsked && !/^y(es)?$/i.test(await ask("Write it? yes or no", "yes"))) {
    return console.log("Nothing was written.");
  }
  change.write();
  console.log(`
  npm install
  npm run ${change.devScript}     runs ${server} as on Lambda, on this machine
  npm run ${change.checkScript}   what would not last on Lambda, or is open

${server} stays as it is.`);
}

main().catch((error: Error) => {
  console.error(error instanceof WrongUse ? error.message : error);
  process.exitCode = error instanceof WrongUse ? 2 : 1;
});
