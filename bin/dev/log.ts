import type { LogLine } from "../../local";
import { describeLine } from "../describe-line";
import { nameSources } from "../load-error";
import { frameOfStack } from "./code-frame";

/** A line of the application's function, read. */
export interface Said {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Prints what functions log. */
export class DevLog {
  /** Each container that loads fails alike, so errors wait until it is known that they are not of loading. */
  #held: string[] | undefined = [];
  #isSilent = false;
  #listener: ((said: Said) => boolean) | undefined;

  constructor(private readonly app: string) {}

  readonly print = (line: LogLine): void => {
    if (this.#isSilent) return;
    const said = read(line.text);
    if (said && (this.#listener?.(said) || PASSED.has(said.message))) return;
    const text = `[${shortName(line.function)}] ${this.#describe(line.text)}\n`;
    if (line.stream === "stdout" && !said?.isProblem) process.stdout.write(text);
    else if (this.#held) this.#held.push(text);
    else process.stderr.write(text);
  };

  release(): void {
    for (const line of this.#held ?? []) process.stderr.write(line);
    this.#held = undefined;
  }

  /** What functions say of being stopped is not the application's matter. */
  silence(): void {
    this.#isSilent = true;
  }

  /** @param listener returns whether a line is not to be printed */
  listen(listener: ((said: Said) => boolean) | undefined): void {
    this.#listener = listener;
  }

  #describe(text: string): string {
    const named = withoutForeign(nameSources(describeLine(text), this.app));
    const frame = frameOfStack(named);
    return frame === undefined ? named : `${named}\n${frame}`;
  }
}

/** A stack without lines of Node and of bundles, unless it has no others. */
function withoutForeign(text: string): string {
  const lines = text.split("\n");
  const isFrame = (line: string) => /^\s+at /.test(line);
  const kept = lines.filter((line) => !isFrame(line) || !FOREIGN.test(line));
  return kept.some(isFrame) ? kept.join("\n") : text;
}

const FOREIGN = /\bnode:|\/asset\.[0-9a-f]+\/|<stdin>/;

/** Of no interest while one writes an application. */
const PASSED = new Set(["The application was restored"]);

/** `RoomsFunctionsLaneDEA66BD8` is CloudFormation's way to say `lane`. */
function shortName(logicalId: string): string {
  return logicalId.replace(/^.*Functions(\w+?)[0-9A-F]{8}$/, "$1").toLowerCase();
}

function read(text: string): (Said & { readonly isProblem: boolean }) | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const { level, message } = JSON.parse(text);
    if (typeof message?.message !== "string") return undefined;
    const { message: said, ...fields } = message;
    return { message: said, fields, isProblem: /^(WARN|ERROR|FATAL)$/.test(level) };
  } catch {
    return undefined;
  }
}
