import { readFileSync } from "node:fs";
import path from "node:path";
import type { Cost } from "./meter";

const docs = readFileSync(path.join(__dirname, "../../docs/performance.md"), "utf8");

/** What docs/performance.md says that something costs: the row of its table that begins with the name. */
export function documented(name: string): string {
  return docs.split("\n").find((line) => line.startsWith(`| ${name} |`)) ?? `no row for ${name}`;
}

/** The row that a measured cost makes. */
export function row(name: string, cost: Cost): string {
  const { requests, readUnits, writeUnits, posts, messages } = cost;
  return `| ${[name, requests.join(", ") || "–", readUnits, writeUnits, posts, messages].join(" | ")} |`;
}
