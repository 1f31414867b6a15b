import type { Wakes } from "./freeze";

/** What a container is born with. */
export interface ContainerData {
  /** Path of the bundle, or of a name for inline code. */
  readonly file: string;
  /** This machine's directory for temporary files, where Lambda has `/tmp`. */
  readonly temporary: string;
  /** Inline code, in place of the file's. */
  readonly inline: string | undefined;
  /** Name of the exported handler. */
  readonly exportName: string;
  /** V8's code cache of the bundle, if another container made one. */
  readonly codeCache: Uint8Array | undefined;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** What it logs, as lines of JSON; `undefined` for plain text. */
  readonly logLevel: string | undefined;
  /** Counts its invocations: between them it is frozen. @default - a process, which is not */
  readonly wakes?: Wakes;
}

/** One invocation, on its way into a container. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON text, as Lambda's runtime API hands it over. */
  readonly event: string;
  /** When the function times out, epoch milliseconds. */
  readonly deadline: number;
}

/** What Lambda reports of a failed invocation. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** How an invocation ended. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** What a container tells. */
export type ContainerMessage =
  | { readonly type: "loaded" }
  | { readonly type: "cache"; readonly codeCache: Uint8Array }
  | { readonly type: "result"; readonly result: InvocationResult }
  | { readonly type: "crash"; readonly error: FunctionError }
  | { readonly type: "line"; readonly stream: "stdout" | "stderr"; readonly text: string };
