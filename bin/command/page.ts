import { helpOf } from "./help";
import type { CommandTable } from "./table";

type Commands = Readonly<Record<string, { readonly table: CommandTable }>>;

/** docs/command.md with the help of each command in its section; what a person has written there stays. */
export function pageOf(text: string, commands: Commands): string {
  return Object.entries(commands).reduce((page, [name, { table }]) => {
    const block = `\`\`\`\n${helpOf(table, `npx lambda-rooms ${name}`)}\n\`\`\``;
    const section = new RegExp(`(^## ${name}\\n\\n)\`\`\`\\n[\\s\\S]*?\\n\`\`\``, "m");
    if (section.test(page)) return page.replace(section, (_, head: string) => `${head}${block}`);
    return `${page.trimEnd()}\n\n## ${name}\n\n${block}\n`;
  }, text);
}
