import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Functions that change the file that their first argument names. */
const CHANGING = [
  ...["appendFile", "chmod", "chown", "lchown", "lutimes", "mkdir", "mkdtemp", "rename", "rm"],
  ...["rmdir", "truncate", "unlink", "utimes", "writeFile"],
];
/** Functions that change the file that their second argument names. */
const COPYING = ["copyFile", "cp", "link", "rename", "symlink"];
/** Functions that only read what their first argument names, `open` if its flags say so. */
const READING = [
  ...["access", "exists", "lstat", "open", "opendir", "readFile", "readdir", "readlink"],
  ...["realpath", "stat", "statfs"],
];

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** Which files a function has. */
export interface Files {
  /** Where its code is, which is also where it runs. */
  readonly taskRoot: string;
  /** Where `npm start` runs, which a function on Lambda does not have. */
  readonly project: string;
  /** The one place where it may write; `/tmp` on Lambda. */
  readonly temporary: string;
}

/**
 * Gives a function Lambda's files: all but `/tmp` is read-only, and a relative path starts at the function's code, not
 * where `npm start` runs. https://docs.aws.amazon.com/lambda/latest/dg/foundation-progmodel.html
 */
export function installLambdaFiles(files: Files): void {
  // Containers are threads here, which Node lets share one folder.
  let folder = files.taskRoot;
  process.cwd = () => folder;
  process.chdir = (to) => {
    folder = path.resolve(folder, to);
  };
  for (const name of new Set([...CHANGING, ...COPYING, ...READING])) {
    const changed = (args: readonly unknown[]) => changedBy(name, args);
    wrap(fs, name, { files, changed, refuse: callBack });
    wrap(fs, `${name}Sync`, { files, changed, refuse: raise });
    wrap(fs.promises, name, { files, changed, refuse: (error) => Promise.reject(error) });
  }
  syncBuiltinESMExports();
}

interface Wrapping {
  readonly files: Files;
  /** Arguments that name what a call changes. */
  readonly changed: (args: readonly unknown[]) => readonly unknown[];
  readonly refuse: (error: Error, args: readonly unknown[]) => unknown;
}

function wrap(module: object, name: string, { files, changed, refuse }: Wrapping): void {
  const functions = module as Record<string, Call | undefined>;
  const original = functions[name];
  if (original === undefined) return;
  const wrapped: Call = function (...given) {
    const args = given.map((value, index) =>
      index < placesOf(name) && typeof value === "string" ? path.resolve(value) : value,
    );
    const refused = changed(args).find((each) => !isWritable(each, files));
    if (refused === undefined) return original.apply(this, args);
    return refuse(readOnly(name, pathOf(refused) ?? ""), args);
  };
  functions[name] = Object.assign(wrapped, original);
}

/** How many of the first arguments are paths. */
function placesOf(name: string): number {
  return COPYING.includes(name.replace(/Sync$/, "")) ? 2 : 1;
}

function changedBy(name: string, args: readonly unknown[]): unknown[] {
  if (name === "open") return opensToWrite(args[1]) ? [args[0]] : [];
  const first = CHANGING.includes(name) ? [args[0]] : [];
  return COPYING.includes(name) ? [...first, args[1]] : first;
}

function opensToWrite(flags: unknown): boolean {
  if (typeof flags === "number") return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) > 0;
  return typeof flags === "string" && /[wa+]/.test(flags);
}

/** A file that is open already was checked when it was opened. */
function isWritable(value: unknown, { taskRoot, project, temporary }: Files): boolean {
  const file = pathOf(value);
  if (file === undefined) return true;
  // On this machine both may be below the temporary directory, which they never are on Lambda.
  const isBelowProject = isWithin(file, project) && !isWithin(temporary, project);
  if (isWithin(file, taskRoot) || isBelowProject) return false;
  return ["/tmp", "/dev", temporary].some((directory) => isWithin(file, directory));
}

function isWithin(file: string, directory: string): boolean {
  const relative = path.relative(directory, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function pathOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof URL) return fileURLToPath(value);
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

function readOnly(name: string, file: string): Error {
  const syscall = name.replace(/Sync$/, "").replace(/^(write|append|copy)File$/, "open");
  const message = `EROFS: read-only file system, ${syscall} '${file}'`;
  return Object.assign(new Error(message), { code: "EROFS", errno: -30, syscall, path: file });
}

function raise(error: Error): never {
  throw error;
}

function callBack(error: Error, args: readonly unknown[]): void {
  const callback = args.at(-1);
  if (typeof callback === "function") process.nextTick(callback, error);
}
