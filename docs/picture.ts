import { readFileSync } from "node:fs";
import path from "node:path";

/** @returns the picture of docs/frame.dot, as the text of an SVG */
export async function drawFrame(): Promise<string> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  const text = readFileSync(path.join(__dirname, "frame.dot"), "utf8");
  return graphviz.layout(text, "svg", "dot");
}
