import { existsSync } from "node:fs";
import path from "node:path";
import type { DefaultTheme } from "vitepress";
import { addressOf, pagesOf, root, titleOf } from "./pages";

type Item = DefaultTheme.SidebarItem;

/** A file, a file with its title, or a title with a link. */
type Entry = string | readonly [file: string, title: string];

const groups: Record<string, readonly Entry[]> = {
  Start: [
    ["README.md", "First steps"],
    ["docs/dev.md", "While you write"],
    ["examples/README.md", "Examples"],
  ],
  Guides: [
    ["README.md#what-to-know-before-you-move-a-server-here", "Move a Socket.IO server"],
    ["docs/memory.md", "Memory"],
    ["README.md#rooms-without-writing-code", "Managed rooms"],
    ["docs/permissions.md", "Tokens and permissions"],
    ["docs/publish.md", "Publish from other code"],
    ["README.md#connections-that-break", "Recovery"],
    ["docs/http.md", "Pages, routes and uploads"],
    ["docs/site.md", "One host for an application"],
    ["docs/parser.md", "Binary"],
  ],
  Production: [
    ["docs/operations.md", "Operations"],
    ["docs/console.md", "Console"],
    ["docs/secrets.md", "Secrets"],
    ["docs/security.md", "Who can do what at most"],
    ["docs/performance.md", "Performance and cost"],
    ["docs/verify.md", "Verify on AWS"],
    ["docs/untried.md", "What is untried on AWS"],
  ],
  Reference: [
    ["docs/command.md", "The command"],
    ["docs/protocol.md", "JSON protocol"],
    ["docs/client.md", "JSON client"],
    ["docs/compatibility.md", "Compatibility with Socket.IO"],
    ["docs/local.md", "Local stack"],
  ],
  API: [
    ["site/api/README.md", "All modules"],
    ...["lambda-rooms", "@lambda-rooms", "@lambda-rooms/client"].flatMap((folder) =>
      pagesOf(`site/api/${folder}`),
    ),
  ],
  Design: [["ARCHITECTURE.md", "Architecture"], ...pagesOf("docs/design")],
  Decisions: [["docs/decisions/README.md", "All decisions"], ...pagesOf("docs/decisions")],
  Project: [
    ["CONTRIBUTING.md", "Contributing"],
    ["test/README.md", "Tests"],
    ["SECURITY.md", "Security policy"],
    ["CHANGELOG.md", "Changelog"],
  ],
};

const folded = ["Design", "Decisions", "Project"];

function itemOf(entry: Entry): Item[] {
  const [named, title] = typeof entry === "string" ? [entry] : entry;
  const [file = "", anchor] = named.split("#");
  if (!existsSync(path.join(root, file))) return [];
  const page = `/${addressOf(file)}`.replace(/(index)?\.md$/, "");
  return [{ text: title ?? titleOf(file), link: anchor ? `${page}#${anchor}` : page }];
}

/** Every page of docs/ is in the sidebar: one that no group names is under More. */
export function sidebar(): Item[] {
  const named = Object.values(groups)
    .flat()
    .map((entry) => (typeof entry === "string" ? entry : entry[0]));
  const more = pagesOf("docs").filter((file) => !named.includes(file));
  const all = { ...groups, ...(more.length ? { More: more } : {}) };
  return Object.entries(all).map(([text, entries]) => ({
    text,
    collapsed: folded.includes(text),
    items: entries.flatMap(itemOf),
  }));
}
