import path from "node:path";
import { build } from "esbuild";
import { compileApplication } from "../../compiler";
import { memoryPlugin } from "../../lib/application/memory";
import { isModule } from "../../lib/application/places";

/** The application as one script, compiled or as it is. */
export async function buildApplication(entry: string, isCompiled: boolean): Promise<string> {
  const files = isCompiled
    ? compileApplication(entry, path.dirname(entry), isModule).files
    : new Map();
  const { outputFiles } = await build({
    stdin: {
      contents: `module.exports = require(${JSON.stringify(entry)})`,
      resolveDir: path.dirname(entry),
    },
    ...{ bundle: true, write: false, platform: "node", format: "cjs", target: "node20" },
    ...{ keepNames: true, minify: true, external: ["socket.io"], logLevel: "silent" },
    plugins: [memoryPlugin(files)],
  } as const);
  return outputFiles?.[0]?.text ?? "";
}
