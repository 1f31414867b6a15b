import { writeFileSync } from "node:fs";
import path from "node:path";
import { documents } from "../docs/schemas";

/**
 * `npm run schema [folder]`: writes what docs/ publishes for machines, from the validators that are in use, to docs/
 * or another folder.
 */
const folder = process.argv[2] ?? path.join(__dirname, "../docs");
for (const [name, document] of Object.entries(documents())) {
  const file = path.join(folder, name);
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  console.log(path.relative(process.cwd(), file));
}
