import { called } from "../usage";
import { type Argument, type CommandTable, type Flag, type Flags, HELP } from "./table";

const WIDTH = 100;
/** What is longer has its text on the next line. */
const WIDEST_NAME = 26;

/**
 * What `--help` prints.
 *
 * @param program how the command is called
 */
export function helpOf(table: CommandTable, program = calledOf(table)): string {
  const { about, arguments: given = [], flags, groups = [], notes } = table;
  const all = [
    ...given.map((one) => [writtenOf(one), one.about] as const),
    ...rowsOf({ ...flags, ...(groups.length === 0 && { help: HELP }) }),
  ];
  const groupRows = groups.map(({ heading, flags }) => [heading, rowsOf(flags)] as const);
  const last = groups.length === 0 ? [] : [["", rowsOf({ help: HELP })] as const];
  const everything = [["", all] as const, ...groupRows, ...last];
  const width = widthOf(everything.flatMap(([, rows]) => rows.map(([name]) => name)));
  const blocks = everything.map(([heading, rows]) =>
    [...(heading === "" ? [] : [`${heading}:`]), ...rows.map((row) => lineOf(row, width))].join(
      "\n",
    ),
  );
  const usage = ["Usage:", program, ...given.map(writtenOf), "[options]"].join(" ");
  return [usage, wrap(about, WIDTH).join("\n"), ...blocks, ...(notes ? [wrapAll(notes)] : [])].join(
    "\n\n",
  );
}

/** How a person calls a command here. */
export function calledOf({ name, script }: CommandTable): string {
  return script === undefined ? `npx lambda-rooms ${name}` : called(script);
}

/** `<file>`, `[file]`, `<file …>`. */
function writtenOf({ name, isOptional, isRepeated }: Argument): string {
  const inner = isRepeated ? `${name} …` : name;
  return isOptional ? `[${inner}]` : `<${inner}>`;
}

function rowsOf(flags: Flags): (readonly [name: string, text: string])[] {
  return Object.entries(flags).map(([name, flag]) => [
    `--${name}${writtenValue(flag)}`,
    `${flag.about}${shownDefault(flag)}`,
  ]);
}

/** `--port <number>`, `--inspect[=port]`. */
function writtenValue({ value }: Flag): string {
  if (value === undefined) return "";
  return value.startsWith("[") ? value : ` ${value}`;
}

function shownDefault(flag: Flag): string {
  const shown = flag.otherwise ?? flag.default;
  return shown === undefined || shown === "" ? "" : ` (${shown})`;
}

function widthOf(names: readonly string[]): number {
  return Math.max(...names.map(({ length }) => length).filter((length) => length <= WIDEST_NAME));
}

function lineOf([name, text]: readonly [string, string], width: number): string {
  const indent = " ".repeat(width + 4);
  const [first = "", ...rest] = wrap(text, WIDTH - indent.length);
  const begin = name.length > width ? `  ${name}\n${indent}` : `  ${name.padEnd(width)}  `;
  return [`${begin}${first}`, ...rest.map((line) => `${indent}${line}`)].join("\n");
}

/** Lines keep their ends; long ones are broken. */
function wrapAll(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => (line === "" ? [""] : wrap(line, WIDTH)))
    .join("\n");
}

/** Words in lines of at most so many characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
