import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeClient } from "../../lib/application/client-folder";
import { hostedSocketIo, project } from "../../lib/application/parts";
import { FUNCTIONS } from "../../lib/bundle";
import { writeArchive } from "../../lib/bundle-archive";
import { allEntries, bundleFunctions } from "../../lib/bundle-functions";
import { bundleLibraries } from "../../lib/bundle-library";
import { writeConsole } from "./console";
import { writeDeclarations } from "./declarations";
import { writeLibrary } from "./libraries";
import { writeManaged } from "./managed";
import { writeScripts } from "./scripts";

/**
 * `npm run build:package`, which `npm pack` runs too: writes `dist`, all that the npm package holds beside its
 * manifest, and the `dist` of each package in `packages/`. The functions are in it as they are deployed: only the application is bundled on the machine of the person
 * who installs the package.
 */
const dist = join(project, "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
writeScripts(dist);
writeConsole(dist);
packFunctions();
bundleLibraries(dist);
writeManaged(dist);
copySocketIo();
for (const name of ["protocol.schema.json", "openapi.json"]) {
  cpSync(join(project, "docs", name), join(dist, name));
}
writeDeclarations(dist);
for (const name of readdirSync(join(project, "packages"))) writeLibrary(name);

function packFunctions(): void {
  const folder = mkdtempSync(join(tmpdir(), "functions-"));
  const entries = Object.fromEntries(allEntries().map((entry) => [entry, entry]));
  const bundles = Object.entries(bundleFunctions(entries, folder));
  const texts = bundles.map(([entry, { directory }]) => [
    entry,
    readFileSync(join(directory, "index.js"), "utf8"),
  ]);
  texts.push(["management", readFileSync(join(folder, "lane", "management.js"), "utf8")]);
  rmSync(folder, { recursive: true });
  writeArchive(join(dist, FUNCTIONS), Object.fromEntries(texts));
}

/** What is left of it at the person's side: its version, and the scripts for browsers. */
function copySocketIo(): void {
  const from = hostedSocketIo();
  const to = join(dist, "socket.io");
  writeClient(join(to, "client-dist"));
  const { name, version } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  writeFileSync(join(to, "package.json"), JSON.stringify({ name, version }));
}
