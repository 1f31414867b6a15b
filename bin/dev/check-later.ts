import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readRecords } from "../../lib/application/record";
import type { Source } from "../describe-source";
import type { StartOptions } from "../options";
import { synthesize } from "../synthesize";
import type { Helper } from "./helping";
import type { Variables } from "./running";

/** What a look at the whole source has found, some seconds after a change. */
export interface Later {
  readonly source: Source;
  readonly variables: Variables;
  readonly warnings: readonly string[];
  /** When the look began, epoch milliseconds. */
  readonly began: number;
  /** As it would be synthesized now; absent where it is refused, which `refusal` says. */
  readonly assembly?: string;
  readonly refusal?: string;
}

/** So long no file has changed. */
const QUIET_MS = 400;

/** Looks at the source as a start does, while the stack runs; a change begins it anew. */
export class CheckLater {
  #abort = new AbortController();

  constructor(
    private readonly options: StartOptions,
    private readonly helper: Helper,
    private readonly found: (later: Later) => Promise<void>,
  ) {}

  begin(): void {
    this.stop();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const timer = setTimeout(() => void this.#run(signal), QUIET_MS);
    signal.addEventListener("abort", () => clearTimeout(timer));
  }

  stop(): void {
    this.#abort.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const assembly = mkdtempSync(path.join(tmpdir(), "lambda-rooms-"));
    let isUsed = false;
    const began = Date.now();
    try {
      const [source, environment, synth] = await Promise.all([
        this.helper.run("describe", this.options),
        this.helper.run("environment", this.options),
        synthesize(this.options, assembly, { isQuiet: true, signal }),
      ]);
      if (signal.aborted) return;
      isUsed = synth.isDone;
      const outcome = synth.isDone ? { assembly } : { refusal: synth.output.trim() };
      await this.found({ source, ...environment, began, ...outcome });
    } catch (error) {
      // A file that is being written can be no source at all; the reload says so.
      if (!signal.aborted && !(error as Error).message) throw error;
    } finally {
      if (!isUsed) rmSync(assembly, { recursive: true, force: true });
    }
  }
}

/** What of a synth is a stack's, without the code of its functions and the files of its buckets. */
export function templatesOf(assembly: string): readonly unknown[] {
  const names = readdirSync(assembly).filter((name) => name.endsWith(".template.json"));
  return names.sort().map((name) => {
    const text = readFileSync(path.join(assembly, name), "utf8");
    return JSON.parse(text.replace(/[0-9a-f]{64}/g, "asset"));
  });
}

/**
 * Whether a synth differs from what runs in more than code and files.
 *
 * @param running the assembly that is deployed now
 * @param base the synthesized one of which it was made
 */
export function differs(running: string, base: string, synthesized: string): boolean {
  const kinds = (assembly: string) => readRecords(assembly).map(({ options }) => options);
  return !(
    isDeepStrictEqual(templatesOf(running), templatesOf(synthesized)) &&
    isDeepStrictEqual(kinds(base), kinds(synthesized))
  );
}

/** Whether they serve files of other names. */
export function servesOthers(one: string, other: string): boolean {
  return !isDeepStrictEqual(servedIn(one), servedIn(other));
}

function servedIn(assembly: string): readonly string[] {
  const folders = readdirSync(assembly).filter((name) => name.startsWith("site."));
  return folders.flatMap((name) => {
    const folder = path.join(assembly, name);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return files
      .filter(
        (file) => !statSync(path.join(folder, file), { throwIfNoEntry: false })?.isDirectory(),
      )
      .sort();
  });
}
