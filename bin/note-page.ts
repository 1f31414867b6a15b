import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ClientLines } from "./client-line";
import { isCommand } from "./usage";

const DEMO =
  "<p>To try out rooms by hand, start the demo: <code>npm start</code> without <code>--app</code>.</p>\n";

/** A page for an application that has none: how clients connect. It lies in a folder that goes with the stack. */
export function writeNotePage(folder: string, app: string, { anywhere }: ClientLines): string {
  const file = path.join(folder, "note.html");
  writeFileSync(
    file,
    `<!doctype html>
<meta charset="utf-8">
<title>${escaped(app)}</title>
<style>body { font: 16px/1.5 system-ui; margin: 4em auto; max-width: 44em; padding: 0 1em }
pre { background: #8882; padding: 1em; white-space: pre-wrap }</style>
<h1>${escaped(app)} runs</h1>
<p>This application serves no page of its own. A stock Socket.IO client connects with</p>
<pre>${escaped(anywhere)}</pre>
${isCommand() ? "" : DEMO}`,
  );
  return file;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
