import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { Application } from "../../src/names";
import { describeAmount, describeSize } from "./amounts";
import { placeIn } from "./places";

/** What was packed beside the bundle. */
export interface PackedFiles {
  /** What a person should know of it, in one line each. */
  readonly notes: readonly string[];
  /** What it is, in one line each: `packs public/: 12 files, 340 KB`. */
  readonly packs: readonly string[];
  /** The files and folders, where they stand beside the source. */
  readonly packed: readonly string[];
}

interface Packing {
  readonly entry: string;
  /** The folder where `node` runs. */
  readonly root: string;
  readonly directory: string;
  /** What a person has named. */
  readonly named: readonly string[];
}

/** Lambda's limit of an unpacked function; its code is some hundred KB of that. */
const MOST_BYTES = 250e6;
/** From there on a cold start fetches noticeably more. */
const MANY_BYTES = 10e6;

/** Never packed: what belongs to the machine, to git or to npm. */
const NEVER = /^(\.env.*|\.git|\.svn|\.hg|\.aws|\.ssh|\.npmrc|\.DS_Store|node_modules|cdk\.out)$/;
/** Packed only if the source or a person names the very file. */
const KEY = /\.(pem|key|p12|pfx|jks|keystore|ppk)$|^id_(rsa|dsa|ecdsa|ed25519)$|^\.htpasswd$/;

/**
 * Copies files beside an application's source to where it will look for them: those that the source names, and those
 * that a person names.
 *
 * @throws Error for a named file that is not there or never packed; RangeError for more than a function holds
 */
export function packFiles({ entry, root, directory, named }: Packing): PackedFiles {
  // Loaded here: the compiler takes a quarter of a second.
  const { findFiles } = require("../../checks/files") as typeof import("../../checks/files");
  const target = join(directory, Application.files);
  mkdirSync(target, { recursive: true });
  const inSource = findFiles(entry, root).filter((path) => !NEVER.test(basename(path)));
  const above = inSource.filter((path) => isAbove(path, root));
  const all = [
    ...named.map((name) => find(name, root)),
    ...inSource.filter((path) => !above.includes(path)),
  ];
  const notes = above.map(
    (path) =>
      `leaves out ${nameOf(path, root)}, since it holds the application's own folder: name what the application reads there in \`files\``,
  );
  const paths = within(all);
  const packed = paths.map((path) => {
    const found = list(path);
    for (const file of found.files) copy(file, join(target, placeIn(root, file)));
    const name = nameOf(path, root);
    if (found.omitted.length > 0) notes.push(describeOmitted(name, found.omitted, path));
    if (KEY.test(basename(path))) {
      notes.push(
        `packs the key ${name}, since the source names it: who reads the function's code has it`,
      );
    }
    const bytes = found.files.reduce((sum, file) => sum + statSync(file).size, 0);
    return { name, files: found.files.length, bytes };
  });
  checkSize(packed, notes);
  const packs = packed
    .filter(({ files }) => files > 0)
    .map(({ name, files, bytes }) => `packs ${name}: ${describeAmount(files, bytes)}`);
  return { notes, packs, packed: paths };
}

/** Such a folder holds other projects too: `path.join(__dirname, "..", name)`. */
function isAbove(path: string, root: string): boolean {
  return path !== root && !/^(\.\.|$)/.test(relative(path, root));
}

function find(name: string, root: string): string {
  const candidates = isAbsolute(name) ? [name] : [join(root, name), resolve(name)];
  const found = candidates.find((path) => existsSync(path));
  if (!found) {
    throw new Error(`Cannot pack ${name}: expected a file or a folder in ${root}, got nothing`);
  }
  if (!NEVER.test(basename(found))) return found;
  throw new Error(
    `Cannot pack ${name}: expected a file or a folder that may leave this machine, got one of its environment, npm or git. Give variables by \`environment\` or \`envFile\`, and other contents under another name`,
  );
}

/** Without those that stand in another one's folder. */
function within(paths: readonly string[]): string[] {
  const all = [...new Set(paths)];
  const holds = (folder: string, path: string) =>
    folder !== path && !/^(\.\.|$)/.test(relative(folder, path)) && statSync(folder).isDirectory();
  // A key has to be named itself.
  return all.filter((path) => KEY.test(basename(path)) || !all.some((one) => holds(one, path)));
}

/** All files of a folder, or that one file. */
function list(path: string): { files: string[]; omitted: string[] } {
  if (!statSync(path).isDirectory()) return { files: [path], omitted: [] };
  const seen = new Set<string>();
  const found = { files: [] as string[], omitted: [] as string[] };
  const visit = (folder: string): void => {
    const real = realpathSync(folder);
    // A link may lead upwards.
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of readdirSync(folder)) {
      const one = join(folder, name);
      const stats = statSync(one, { throwIfNoEntry: false });
      if (!stats) continue;
      if (NEVER.test(name) || KEY.test(name)) found.omitted.push(one);
      else if (stats.isDirectory()) visit(one);
      else if (stats.isFile()) found.files.push(one);
    }
  };
  visit(path);
  return found;
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { dereference: true });
}

function describeOmitted(name: string, omitted: readonly string[], path: string): string {
  const names = omitted.map((one) => relative(path, one)).sort();
  const first = names.slice(0, 5).join(", ");
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  const isOfKeys = omitted.some((one) => !NEVER.test(basename(one)));
  const advice = isOfKeys ? "; name a key in `files` if the application reads it" : "";
  return `leaves out of ${name}: ${first}${more}. Keys, environments, packages and git belong to this machine${advice}`;
}

interface Packed {
  readonly name: string;
  readonly bytes: number;
}

function checkSize(packed: readonly Packed[], notes: string[]): void {
  const bytes = packed.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes < MANY_BYTES) return;
  const [largest] = [...packed].sort((a, b) => b.bytes - a.bytes);
  const what = `the files beside the application take ${describeSize(bytes)}, most of it ${largest?.name} (${describeSize(largest?.bytes ?? 0)})`;
  if (bytes > MOST_BYTES) {
    throw new RangeError(
      `Cannot pack: expected at most 250 MB, Lambda's limit of a function, but ${what}. Keep large files in S3`,
    );
  }
  notes.push(`${what}: each cold start fetches them. Keep large files in S3`);
}

function nameOf(path: string, root: string): string {
  const name = relative(root, path) || ".";
  return statSync(path).isDirectory() ? `${name}/` : name;
}
