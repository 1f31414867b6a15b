import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { documents } from "../docs/schemas";
import { pageOf } from "./command/page";
import { COMMANDS } from "./commands";

/**
 * `npm run schema [folder]`: writes what docs/ publishes for machines, from the validators that are in use, to docs/
 * or another folder; and the help of the commands into docs/command.md, from their tables.
 */
const folder = process.argv[2] ?? path.join(__dirname, "../docs");
for (const [name, document] of Object.entries(documents())) {
  const file = path.join(folder, name);
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  console.log(path.relative(process.cwd(), file));
}
const page = path.join(__dirname, "../docs/command.md");
const target = path.join(folder, "command.md");
writeFileSync(target, pageOf(readFileSync(page, "utf8"), COMMANDS));
console.log(path.relative(process.cwd(), target));
