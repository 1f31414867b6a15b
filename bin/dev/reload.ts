import { rmSync } from "node:fs";
import path from "node:path";
import { readRecords } from "../../lib/application/record";
import type { LocalStack } from "../../local";
import { describeLoadError, holderOf, nearestName } from "../load-error";
import type { Helper } from "./helping";
import { describeKept, Keeping } from "./keeping";
import type { DevLog } from "./log";
import type { Running, Variables, Version } from "./running";

export interface ReloadPorts {
  readonly helper: Helper;
  readonly log: DevLog;
  /** Whether a debugger is to show the application. */
  readonly isDebugged: boolean;
}

/** Versions that are kept on disk: containers of older ones may still end what they have begun. */
const KEPT = 3;

/** Puts new versions of an application into a stack that goes on running. */
export class Reload {
  #count = 0;

  constructor(private readonly ports: ReloadPorts) {}

  /**
   * Bundles the application again, and deploys it once a container has loaded it.
   *
   * @returns the new version's sources and its assembly; `undefined` if the old one goes on
   */
  async run(running: Running, changed: readonly string[], now: Variables) {
    const { assembly, record, variables, stack } = running;
    const { helper, isDebugged } = this.ports;
    const began = performance.now();
    const folder = `version-${++this.#count}`;
    const target = path.join(assembly, folder);
    const names = changed.map(nearestName).join(", ");
    try {
      const versions = { before: variables, now };
      const sources = await helper.run("next", {
        ...{ assembly, target, record, isDebugged },
        variables: versions,
      });
      const keeping = new Keeping(running, this.ports.log);
      const error = await stack.deployIfGood(target, trialOf(stack));
      if (error) {
        keeping.end();
        this.#refuse(names, describeLoadError(error, record.entry));
        return undefined;
      }
      const tookMs = Math.round(performance.now() - began);
      const kept = await keeping.found();
      // Only now: what loads takes the time of what serves.
      stack.deploy(target, { onlyChanged: true });
      console.log(`reloaded ${names} in ${tookMs} ms: ${describeKept(kept)}`);
      rmSync(path.join(assembly, `version-${this.#count - KEPT}`), {
        recursive: true,
        force: true,
      });
      return { sources, assembly: target };
    } catch (error) {
      this.#refuse(names, (error as Error).message);
      return undefined;
    }
  }

  /** The version that was synthesized, as a debugger shows it. @returns its assembly */
  async forDebugger({ assembly, variables }: Version): Promise<string> {
    const target = path.join(assembly, `version-${++this.#count}`);
    const versions = { before: variables, now: variables };
    for (const record of readRecords(assembly)) {
      await this.ports.helper.run("next", {
        ...{ assembly, target, record, isDebugged: true, variables: versions },
      });
    }
    return target;
  }

  #refuse(names: string, message: string): void {
    console.error(`${message}\n${names}: not reloaded, the code of before goes on\n`);
  }
}

/** A batch without events: the function loads the application, and does no more. */
function trialOf(stack: LocalStack) {
  return { logicalId: holderOf(stack), event: { Records: [] } };
}
