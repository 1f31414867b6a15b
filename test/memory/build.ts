import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleApplication } from "../../lib/application/bundle";

/** The application's bundle, compiled or as it is. */
export function buildApplication(entry: string, isCompiled: boolean): string {
  const folder = mkdtempSync(path.join(tmpdir(), "memory-"));
  const options = { keepsMemory: isCompiled };
  try {
    return readFileSync(bundleApplication(entry, folder, options).file, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
