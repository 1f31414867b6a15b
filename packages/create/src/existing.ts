import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WrongUse } from "./options";

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What a package.json gets. */
export interface Change {
  /** For people; empty if nothing is missing. */
  readonly lines: readonly string[];
  readonly devScript: string;
  readonly checkScript: string;
  write(): void;
}

/** The versions of the templates: this package and `lambda-rooms` are released together. */
const PACKAGES = { "lambda-rooms": "^0.1.0", "aws-cdk-lib": "^2.269.0", constructs: "^10.5.1" };
const FOLDERS = ["", "src", "server", "backend", "lib"];
const IS_SOURCE = /\.[cm]?[jt]s$/;
/** As servers import it, and not clients. */
const HAS_SERVER = /(?:from\s+|require\()["']socket\.io["']/;

/** The file of the Socket.IO server, relative to the project. */
export function findServer(project: string): string {
  const files = FOLDERS.flatMap((folder) => sourcesIn(project, folder));
  const found = files.filter((file) => HAS_SERVER.test(readFileSync(join(project, file), "utf8")));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const got = first === undefined ? "none" : found.join(", ");
  throw new WrongUse(
    `Cannot make ready: expected one file that imports socket.io, got ${got}; give it with --server`,
  );
}

function sourcesIn(project: string, folder: string): string[] {
  const path = join(project, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        IS_SOURCE.test(entry.name) &&
        !/\.d\.[cm]?ts$|\.(test|spec)\./.test(entry.name),
    )
    .map(({ name }) => join(folder, name));
}

/** Adds what is missing to a project's package.json: no script and no package of its own is changed. */
export function addToProject(project: string, server: string): Change {
  const file = join(project, "package.json");
  if (!existsSync(file)) {
    throw new WrongUse(`Cannot make ready: expected a package.json in ${project}, got none`);
  }
  const text = readFileSync(file, "utf8");
  const manifest = JSON.parse(text) as Manifest;
  const { scripts = {}, dependencies = {}, devDependencies = {} } = manifest;
  const wanted = { dev: `lambda-rooms dev ${server}`, check: `lambda-rooms check ${server}` };
  const nameOf = (script: "dev" | "check") =>
    (scripts[script] ?? wanted[script]) === wanted[script] ? script : `rooms:${script}`;
  const [devScript, checkScript] = [nameOf("dev"), nameOf("check")];
  const newScripts = missing({ [devScript]: wanted.dev, [checkScript]: wanted.check }, scripts);
  const newPackages = missing(PACKAGES, { ...dependencies, ...devDependencies });
  const lines = [
    ...Object.entries(newScripts).map(([name, line]) => `scripts.${name}: ${line}`),
    ...Object.entries(newPackages).map(([name, range]) => `devDependencies.${name}: ${range}`),
  ];
  const write = () => {
    const next = {
      ...manifest,
      scripts: { ...scripts, ...newScripts },
      devDependencies: { ...devDependencies, ...newPackages },
    };
    const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? 2;
    writeFileSync(file, `${JSON.stringify(next, null, indent)}\n`);
  };
  return { lines, devScript, checkScript, write };
}

function missing(
  wanted: Readonly<Record<string, string>>,
  has: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !Object.hasOwn(has, name)));
}
