import type ts from "typescript";

/** What a value is to Socket.IO; `engine` is its Engine.IO server, `http` what it is attached to. */
export type Role = "server" | "namespace" | "socket" | "engine" | "http";

/** Tells the role of an expression; undefined where the syntax does not say. */
export type Roles = (expression: ts.Node) => Role | undefined;
