import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { readRecords, type Sources } from "../../lib/application/record";
import type { Source } from "../describe-source";
import type { StartOptions } from "../options";
import type { Variables } from "./running";

/** What a look at the source has found, as it was printed. */
export interface Known {
  readonly source: Source;
  readonly variables: Variables;
  readonly warnings: readonly string[];
}

interface Entry extends Known {
  readonly sources: Sources;
  readonly fingerprint: string;
}

/** Of an assembly: versions are made of it again, and zips are for AWS alone. */
const LEFT = /^(version-\d+|note\.html|.*\.zip)$/;

/**
 * The assembly of the last run, for the next one with the same source, packages and variables: a synth takes most of a
 * start. After the start the whole source is looked at all the same, so an error of this cache is mended in seconds.
 */
export class AssemblyCache {
  private constructor(
    private readonly folder: string,
    private readonly app: string,
  ) {}

  /** A clone has none, since its own sources change. */
  static of({ app, ordering, site, fastTimers }: StartOptions): AssemblyCache | undefined {
    const packages = path.resolve("node_modules");
    if (typeof LAMBDA_ROOMS_PACKAGE === "undefined" || !existsSync(packages)) return undefined;
    const program = statSync(path.join(__dirname, "synth.js"));
    const { size, mtimeMs } = program;
    const key = [path.resolve(app), ordering, site, fastTimers, process.version, size, mtimeMs];
    const name = hash(JSON.stringify(key)).slice(0, 16);
    return new AssemblyCache(path.join(packages, ".cache", "lambda-rooms", name), app);
  }

  /** Copies the assembly to where it runs. @returns what was known of it; `undefined` if anything has changed */
  read(target: string): Known | undefined {
    try {
      const entry: Entry = JSON.parse(readFileSync(path.join(this.folder, "entry.json"), "utf8"));
      if (entry.fingerprint !== this.#fingerprint(entry.sources)) return undefined;
      cpSync(path.join(this.folder, "assembly"), target, {
        recursive: true,
        verbatimSymlinks: true,
      });
      return entry;
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps an assembly, unless the source has changed since its synth began.
   *
   * @param began epoch milliseconds
   */
  write(assembly: string, known: Known, began: number): void {
    const [sources] = readRecords(assembly);
    if (!sources || this.#files(sources).some((file) => modifiedAt(file) >= began)) return;
    const draft = `${this.folder}-${process.pid}`;
    try {
      // It holds what `.env` holds.
      mkdirSync(draft, { recursive: true, mode: 0o700 });
      const filter = (file: string) => !LEFT.test(path.basename(file));
      const to = path.join(draft, "assembly");
      cpSync(assembly, to, { recursive: true, verbatimSymlinks: true, filter });
      const { source, variables, warnings } = known;
      const entry = {
        source,
        variables,
        warnings,
        sources,
        fingerprint: this.#fingerprint(sources),
      };
      writeFileSync(path.join(draft, "entry.json"), JSON.stringify(entry));
      rmSync(this.folder, { recursive: true, force: true });
      renameSync(draft, this.folder);
    } catch {
      // A folder that cannot be written costs time, and nothing else.
      rmSync(draft, { recursive: true, force: true });
    }
  }

  #fingerprint(sources: Sources): string {
    const { inputs, packages } = sources;
    const contents = this.#files(sources).map((file) => [file, contentOf(file)] as const);
    const texts = contents.filter(([file]) => inputs.includes(file)).map(([, text]) => text);
    const names = texts.flatMap((text) =>
      [...text.matchAll(/\benv\b\W{1,4}(\w+)/g)].map(([, name = ""]) => name),
    );
    return hash(
      JSON.stringify({
        contents: contents.map(([file, text]) => [file, hash(text)]),
        packages: packages.map((file) => [file, modifiedAt(file)]),
        shell: [...new Set(names)].sort().map((name) => [name, process.env[name]]),
      }),
    );
  }

  /** All but packages. */
  #files({ inputs, packed }: Sources): string[] {
    const app = path.resolve(this.app);
    const names = [".env", "package.json", "tsconfig.json"];
    const beside = [".", path.dirname(app)].flatMap((at) =>
      names.map((name) => path.join(at, name)),
    );
    const all = [app, ...inputs, ...packed.flatMap(filesIn), ...beside];
    return [...new Set(all.map((file) => path.resolve(file)))];
  }
}

function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function contentOf(file: string): string {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, "latin1") : "";
}

function filesIn(file: string): string[] {
  if (!statSync(file, { throwIfNoEntry: false })?.isDirectory()) return [file];
  return readdirSync(file)
    .sort()
    .filter((name) => name !== "node_modules")
    .flatMap((name) => filesIn(path.join(file, name)));
}
