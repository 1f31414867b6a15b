import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type FoundServer, findServer } from "../../checks/makes-server";

/** What looks for the server of a project. */
export interface Search {
  readonly entry: string | undefined;
  /** Why that one: `scripts.start of package.json`. */
  readonly because: string;
  /** Others that make a server too. */
  readonly others: readonly string[];
  /** Where it has looked, in words. */
  readonly looked: readonly string[];
}

export interface Manifest {
  readonly main?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
}

const EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
const NAMES = ["server", "index", "app", "main", "socket"];
const FOLDERS = ["", "src", "server", "backend", "api"];
/** A file that a program of Node runs: `nodemon --watch src src/server.ts`. */
const RUN = /(?:^|[\s'"=])((?:\.{0,2}\/)?[\w@./-]+\.[cm]?[jt]s)(?=$|[\s'"])/g;
const IGNORED = /^(node_modules|dist|build|out|coverage|cdk\.out|public|static|test|tests|\..*)$/;
const MOST_FILES = 500;

/** Finds the server's file: where package.json says, by the usual names, then in all files. */
export function findEntry(manifest: Manifest): Search {
  const looked: string[] = [];
  const servers: { readonly server: FoundServer; readonly because: string }[] = [];
  for (const [because, files] of candidates(manifest)) {
    const there = files.filter((file) => existsSync(file));
    looked.push(`${because}: ${files.length === 0 ? "names no file" : described(files, there)}`);
    for (const file of there) {
      const server = findServer(file);
      if (server) servers.push({ server, because });
    }
    if (servers.length > 0) break;
  }
  // Of a server and the file that imports it, the importing one is run.
  const roots = servers.filter(
    ({ server }) =>
      !servers.some(
        (other) =>
          other.server.entry !== server.entry && other.server.files.has(path.resolve(server.entry)),
      ),
  );
  const [first, ...others] = roots.length > 0 ? roots : servers;
  return {
    entry: first?.server.entry,
    because: first?.because ?? "",
    others: others.map(({ server }) => server.entry),
    looked,
  };
}

function described(files: readonly string[], there: readonly string[]): string {
  if (there.length === 0) return `${listed(files)}: not there`;
  return `${listed(there)}: no Socket.IO server is made there`;
}

function listed(files: readonly string[]): string {
  const shown = files.slice(0, 5).join(", ");
  return files.length > 5 ? `${shown} and ${files.length - 5} more` : shown;
}

function candidates({ main, scripts = {} }: Manifest): [string, string[]][] {
  const run = (name: string): [string, string[]] => [
    `scripts.${name} of package.json`,
    typeof scripts[name] === "string" ? filesOf(scripts[name]) : [],
  ];
  const usual = FOLDERS.flatMap((folder) =>
    NAMES.flatMap((name) => EXTENSIONS.map((end) => path.posix.join(folder, `${name}${end}`))),
  );
  return [
    ["main of package.json", typeof main === "string" ? [path.posix.normalize(main)] : []],
    ...["start", "dev", "serve"].map(run),
    ["files with usual names", usual.filter((file) => existsSync(file))],
    ["all files that name socket.io", withSocketIo(".")],
  ];
}

function filesOf(line: string): string[] {
  return [...line.matchAll(RUN)].map(([, file = ""]) => path.posix.normalize(file));
}

/** Sources below a folder that name the package. */
function withSocketIo(root: string): string[] {
  const found: string[] = [];
  const folders = [root];
  // A list hands out what is added to it on the way.
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory() && !IGNORED.test(entry.name)) folders.push(file);
      const isSource = EXTENSIONS.includes(path.extname(entry.name)) && !/\.d\.[cm]?ts$/.test(file);
      if (!entry.isFile() || !isSource || found.length >= MOST_FILES) continue;
      if (/["']socket\.io["']/.test(readFileSync(file, "utf8"))) found.push(file);
    }
  }
  return found.sort();
}
