import { chooseOrdering } from "../ordering";
import { checkClosures, formatFindings } from ".";

/**
 * `tsx checks/closures/command.ts [file]`: exits with 1 if something will not outlive an invocation where each connection
 * has a lane. What connections keep by themselves does.
 */

const entry = process.argv[2] ?? "apps/chat.ts";

try {
  const findings = chooseOrdering(entry).isOfConnections ? [] : checkClosures(entry);
  if (findings.length > 0) {
    console.error(formatFindings(findings));
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
