import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

interface Script {
  readonly url: string;
  readonly sourceMapURL: string;
}

interface Paused {
  readonly callFrames: readonly {
    readonly callFrameId: string;
    readonly location: { readonly lineNumber: number; readonly columnNumber: number };
  }[];
}

/** A debugger as editors have one: it knows the person's files by the source map. https://chromedevtools.github.io/devtools-protocol/ */
export class Debugger {
  #count = 0;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #application: ((script: Script) => void) | undefined;
  #paused: ((paused: Paused) => void) | undefined;
  #script: Script | undefined;
  #map: SourceMap | undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data) => this.#hear(JSON.parse(String(data))));
  }

  static async attach(port: number): Promise<Debugger> {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await response.json()) as { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl as string);
    await new Promise((resolve) => socket.once("open", resolve));
    const one = new Debugger(socket);
    const parsed = new Promise<Script>((resolve) => {
      one.#application = resolve;
    });
    await one.#call("Debugger.enable");
    const script = await parsed;
    one.#script = script;
    const map = readFileSync(fileURLToPath(new URL(script.sourceMapURL, urlOf(script))), "utf8");
    one.#map = new SourceMap(JSON.parse(map));
    return one;
  }

  /** Sets a breakpoint on a line of a person's file, from 1, wherever there is code of it, as editors do. */
  async break(file: string, line: number): Promise<void> {
    const code = readFileSync(fileURLToPath(urlOf(this.#script as Script)), "utf8").split("\n");
    const places = code.flatMap((text, number) => {
      const origin = this.#origin(number, text.length - text.trimStart().length);
      return origin?.file === `file://${file}` && origin.line === line ? [number] : [];
    });
    if (places.length === 0) throw new Error(`The source map has no code of ${file}:${line}`);
    const { url } = this.#script as Script;
    for (const lineNumber of places)
      await this.#call("Debugger.setBreakpointByUrl", { url, lineNumber });
  }

  /** Resolves at the next pause, with the place in the person's file and how to look at variables there. */
  paused(): Promise<{
    readonly place: string;
    evaluate(expression: string): Promise<unknown>;
    resume(): Promise<unknown>;
  }> {
    return new Promise((resolve) => {
      this.#paused = ({ callFrames: [frame] }) => {
        const { lineNumber = 0, columnNumber = 0 } = frame?.location ?? {};
        const { file, line } = this.#origin(lineNumber, columnNumber) ?? {};
        resolve({
          place: `${file}:${line}`,
          evaluate: async (expression) => {
            const { callFrameId } = frame ?? {};
            const answer = await this.#call("Debugger.evaluateOnCallFrame", {
              callFrameId,
              expression,
            });
            return (answer as { readonly result: { readonly value: unknown } }).result.value;
          },
          resume: () => this.#call("Debugger.resume"),
        });
      };
    });
  }

  close(): void {
    this.socket.close();
  }

  #origin(line: number, column: number) {
    const found = this.#map?.findEntry(line, column);
    if (!found || !("originalSource" in found)) return undefined;
    return { file: found.originalSource, line: found.originalLine + 1 };
  }

  #call(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#count;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #hear({ id, method, params, result }: Message): void {
    if (id !== undefined) this.#waiting.get(id)?.(result);
    if (method === "Debugger.paused") this.#paused?.(params as Paused);
    const script = params as Script;
    if (method === "Debugger.scriptParsed" && /application\.[cm]js$/.test(script.url))
      this.#application?.(script);
  }
}

/** Scripts have paths, modules URLs. */
function urlOf({ url }: Script): string {
  return url.startsWith("file:") ? url : `file://${url}`;
}
