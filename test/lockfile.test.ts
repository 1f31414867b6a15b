import { readFileSync } from "node:fs";
import path from "node:path";

interface Locked {
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

const text = readFileSync(path.join(__dirname, "../package-lock.json"), "utf8");
const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };

/**
 * npm leaves the hash out where it locks another platform's optional package from an installed tree instead of from
 * the registry. `npm install --package-lock-only` fills it in once the entry is deleted and node_modules is away.
 * https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json#packages
 */
test("every locked package names the hash of its archive, or lies in another's", () => {
  const without = Object.entries(packages)
    // The others are this project's own.
    .filter(([name, { link, inBundle }]) => name.includes("node_modules/") && !link && !inBundle)
    .filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""))
    .map(([name]) => name);
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(without).toEqual([]);
});
