import type ts from "typescript";
import type { FunctionNode } from "./syntax";

/** A function that Socket.IO or an HTTP server calls, and the call that registered it, where the source shows it. */
export interface Handler {
  /**
   * connection: runs at the connect and again before every batch of events; middleware: runs at the
   * connect alone; listener: runs for an event of a socket, or for an HTTP request.
   */
  readonly kind: "connection" | "middleware" | "listener";
  readonly fn: FunctionNode;
  readonly call?: ts.CallExpression | ts.NewExpression;
  /** The event's name as the source has it, or the method for what has no event. */
  readonly event: string;
  /** How messages call it: `the listener for "typing"`. */
  readonly label: string;
}
