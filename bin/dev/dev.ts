import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Sources } from "../../lib/application/record";
import type { FunctionError } from "../../local";
import { describeLoadError, nearestName } from "../load-error";
import type { StartOptions } from "../options";
import type { AssemblyCache } from "./assembly-cache";
import { CheckLater, differs, type Later, servesOthers } from "./check-later";
import type { Findings } from "./findings";
import type { Helper } from "./helping";
import type { DevLog } from "./log";
import { Reload } from "./reload";
import type { Variables, Version } from "./running";
import type { Session } from "./session";
import { Watch } from "./watch";

export interface DevPorts {
  readonly helper: Helper;
  readonly log: DevLog;
  readonly cache: AssemblyCache | undefined;
}

/** What goes on once the stack runs: a file changes, and the stack gets it. */
export class Dev {
  readonly #reload: Reload;
  readonly #later: CheckLater;
  readonly #watch: Watch;
  #findings: Findings | undefined;
  /** What the application has now; its version says what it had when it was synthesized. */
  #variables: Variables | undefined;
  /** The assembly of the code that runs now. */
  #current: string | undefined;
  /** Changes come one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: StartOptions,
    private readonly session: Session,
    private readonly ports: DevPorts,
  ) {
    const { helper, log } = ports;
    this.#reload = new Reload({ helper, log, isDebugged: options.inspect !== undefined });
    this.#later = new CheckLater(options, helper, (later) =>
      this.#inTurn(() => this.#adopt(later)),
    );
    this.#watch = new Watch((files) => void this.#inTurn(() => this.#change(files)));
  }

  /** Starts the stack. @returns why its functions cannot load the application */
  async start(version: Version): Promise<FunctionError | undefined> {
    const { assembly, variables } = version;
    this.#variables = variables;
    this.#current = assembly;
    if (this.options.inspect === undefined) return this.session.start(version);
    const debugged = await this.#reload.forDebugger(version);
    return this.session.start({ ...version, debugged });
  }

  watch(findings: Findings): void {
    this.#findings = findings;
    this.#watchSources(this.session.running.record);
  }

  /** Looks at the whole source while the stack runs. */
  checkLater(): void {
    this.#later.begin();
  }

  async close(): Promise<void> {
    this.#watch.close();
    this.#later.stop();
    this.ports.helper.close();
    await this.session.close();
  }

  #watchSources({ inputs, packed }: Sources): void {
    const { app } = this.options;
    const environment = [".env", path.join(path.dirname(app), ".env")];
    const named = [app, ...environment].map((file) => path.resolve(file));
    this.#watch.set({ files: [...named, ...inputs], folders: packed });
  }

  async #change(files: readonly string[]): Promise<void> {
    this.#later.stop();
    const { reset } = this.options;
    const isEnvironment = files.some((file) => path.basename(file) === ".env");
    const before = this.#variables ?? this.session.version.variables;
    const now = isEnvironment
      ? (await this.ports.helper.run("environment", this.options)).variables
      : before;
    if (!(await this.#run(files, now))) return;
    if (reset) await this.#beginAnew(files);
    this.#later.begin();
  }

  /** @returns whether the new version runs */
  async #run(files: readonly string[], variables: Variables): Promise<boolean> {
    const next = await this.#reload.run(this.session.running, files, variables);
    if (!next) return false;
    this.#variables = variables;
    this.#current = next.assembly;
    this.#watchSources(next.sources);
    return true;
  }

  /** What takes seconds to find out about a new version. */
  async #adopt({ source, variables, warnings, began, assembly, refusal }: Later): Promise<void> {
    const news = this.#findings?.news(source, warnings);
    if (news) console.warn(`\n${news}\n`);
    if (refusal !== undefined)
      return console.error(`${refusal}\nThe code runs here, and cannot be deployed as it is\n`);
    if (assembly === undefined) return;
    this.ports.cache?.write(assembly, { source, variables, warnings }, began);
    // A variable of the shell that the source has come to name.
    if (!isDeepStrictEqual(variables, this.#variables))
      await this.#run([this.options.app], variables);
    const now = this.session.version;
    if (differs(this.#current ?? now.assembly, now.assembly, assembly)) {
      const { ordering } = now.source;
      const why =
        ordering === source.ordering ? "" : ` (ordering "${ordering}" is now "${source.ordering}")`;
      return this.#replace({ assembly, source, variables }, `the stack differs${why}`);
    }
    if (servesOthers(now.assembly, assembly)) {
      this.session.stack.deploy(assembly, { onlyChanged: true });
      rmSync(now.assembly, { recursive: true, force: true });
      this.#variables = variables;
      this.#current = assembly;
      return this.session.note({ assembly, source, variables });
    }
    rmSync(assembly, { recursive: true, force: true });
  }

  async #beginAnew(files: readonly string[]): Promise<void> {
    await this.#replace(this.session.version, `${files.map(nearestName).join(", ")} changed`);
  }

  async #replace(version: Version, why: string): Promise<void> {
    const before = this.session.version;
    const began = performance.now();
    await this.session.close();
    const error = await this.start(version);
    if (error) return console.error(describeLoadError(error, this.options.app));
    const tookMs = Math.round(performance.now() - began);
    console.log(
      `${why}: started the stack anew in ${tookMs} ms, on the same ports. Clients connect again, and nothing is kept\n`,
    );
    if (before.assembly !== version.assembly && existsSync(before.assembly)) {
      rmSync(before.assembly, { recursive: true, force: true });
    }
    this.#watchSources(this.session.running.record);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.#last.then(work).catch((error: unknown) => console.error(error));
    this.#last = next;
    return next;
  }
}
