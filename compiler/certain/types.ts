import type ts from "typescript";
import type { Application } from "../../checks/closures/application";
import type { Declaration } from "../../checks/closures/scopes";

/** Whether every value of an expression can be written down for sure. */
export type Certain = (expression: ts.Node) => boolean;

/** What is asked of an application. */
export interface Known {
  readonly application: Application;
  /** The same of all that a variable may hold. */
  variable(declaration: Declaration, certain: Certain): boolean;
}

/** What is known of variables: see `Variables`. */
export interface VariableFacts {
  isCertain(declaration: Declaration, certain: Certain): boolean;
  isOfApplication(declaration: Declaration): boolean;
  isOfLoading(fn: ts.Node): boolean;
}

/** What each search for doubts gets. */
export interface Search {
  readonly application: Application;
  readonly variables: VariableFacts;
  readonly certain: Certain;
  /** Whether a place runs neither for a connection nor for its events: while loading, or for HTTP requests. */
  isElsewhere(node: ts.Node): boolean;
}

/** A place with what is said of it. */
export interface Found {
  readonly node: ts.Node;
  readonly what: string;
}
