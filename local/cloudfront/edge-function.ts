import { createContext, Script } from "node:vm";
import { transformSync } from "esbuild";
import { isObject, type Json, type JsonObject, parseJson } from "../json";
import type { EdgeFunctionModel } from "./model";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MOST_BYTES = 10 * 1024;
/**
 * CloudFront allows less than a millisecond of its own machines' time; here only a function that does not end is
 * stopped.
 */
const TIMEOUT_MS = 10_000;

/** What became of a run. */
export type EdgeOutcome =
  | { readonly ok: true; readonly value: JsonObject }
  /** 503: the function failed; 502: what it gave back is not valid. */
  | { readonly ok: false; readonly status: 502 | 503; readonly message: string };

/**
 * A CloudFront Function, in a context that has nothing but the language: no network, no timers, no `require`, no code
 * from texts.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export class EdgeFunction {
  readonly #script: Script;

  /** @throws Error for code that CloudFront would refuse when it is deployed */
  constructor({ logicalId, code }: EdgeFunctionModel) {
    const bytes = Buffer.byteLength(code);
    if (bytes > MOST_BYTES) {
      throw new RangeError(
        `Cannot run ${logicalId}: expected at most ${MOST_BYTES} bytes of code, got ${bytes}`,
      );
    }
    checkLanguage(logicalId, code);
    const text = `${code}\n;JSON.stringify(handler(JSON.parse(__event)))`;
    this.#script = new Script(text, { filename: logicalId });
  }

  run(event: JsonObject): EdgeOutcome {
    const context = createContext(
      { __event: JSON.stringify(event), console: { log: () => {} } },
      { codeGeneration: { strings: false, wasm: false } },
    );
    try {
      const text: unknown = this.#script.runInContext(context, { timeout: TIMEOUT_MS });
      const value: Json | undefined = typeof text === "string" ? parseJson(text) : undefined;
      if (isObject(value)) return { ok: true, value };
      return { ok: false, status: 502, message: "expected a request or a response, got neither" };
    } catch (error) {
      // Of another context, so no `instanceof` holds.
      return { ok: false, status: 503, message: String((error as Error).message) };
    }
  }
}

/** The runtime has no classes, generators and modules; what it has beyond ECMAScript 5.1 is not used here. */
function checkLanguage(logicalId: string, code: string): void {
  try {
    transformSync(code, { target: "es5", logLevel: "silent" });
  } catch (error) {
    const [first = ""] = String((error as Error).message)
      .split("\n")
      .slice(1);
    throw new Error(`Cannot run ${logicalId}: expected ECMAScript 5.1, got ${first}`);
  }
}
