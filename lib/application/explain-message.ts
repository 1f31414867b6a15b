import type { Message } from "esbuild";
import { missingOf, packageNameOf } from "./missing";

/** What only a bundler's own loaders read: `./a.txt?raw`, `raw-loader!./a.txt`. */
const FOR_LOADERS = /\?[\w=&]+$|^[\w-]+-loader!/;
const NO_LOADER = /^No loader is configured for "[^"]+" files: (.*)$/;

/** An error of esbuild with what to do, in place of what esbuild proposes, which are options of its own. */
export function explainMessage(message: Message): Message {
  const named = { ...message, pluginName: "" };
  const advice = adviceFor(message);
  return advice === undefined ? named : { ...named, text: `${message.text}: ${advice}`, notes: [] };
}

function adviceFor(message: Message): string | undefined {
  const [, unread] = NO_LOADER.exec(message.text) ?? [];
  const specifier = missingOf(message) ?? unread;
  if (specifier !== undefined && FOR_LOADERS.test(specifier)) {
    return "only a bundler with loaders, such as webpack or Vite, reads this. Build the application with it, and give the file that it makes";
  }
  if (unread !== undefined) {
    return "Node cannot load such a file either. Read it with `fs`, or give the file that the application's own bundler makes";
  }
  const name = packageNameOf(specifier ?? ".");
  return name && `npm install ${name}`;
}
