/** What describes a command: its help, how its line is read, and its completion are made of this. It imports nothing. */

/** An option without its dashes. */
export interface Flag {
  readonly type: "string" | "boolean";
  /** What help calls its value, such as `<number>`. */
  readonly value?: string;
  readonly about: string;
  /** Its value where it is not given; help shows it. */
  readonly default?: string;
  /** What help shows in place of a default. */
  readonly otherwise?: string;
  readonly choices?: readonly string[];
  /** A number is handed over as one. Without `least` it may be negative. */
  readonly number?: { readonly whole?: true; readonly least?: number; readonly most?: number };
  /** May be given again. */
  readonly multiple?: true;
  /** What a shell completes its value with. */
  readonly completes?: "file" | "folder";
}

export type Flags = Readonly<Record<string, Flag>>;

/** Flags below a heading of their own in help. */
export interface FlagGroup {
  readonly heading: string;
  readonly flags: Flags;
}

/** What stands without dashes: `<file>`. */
export interface Argument {
  readonly name: string;
  readonly about: string;
  readonly isOptional?: true;
  readonly isRepeated?: true;
  /** The values that it may have. */
  readonly choices?: readonly string[];
}

/** One command. */
export interface CommandTable {
  readonly name: string;
  /** Names the command in errors, "Cannot check: …", where its own name does not. */
  readonly doing?: string;
  /** The same as a script of a clone, where there is one: `run build`. */
  readonly script?: string;
  readonly about: string;
  readonly arguments?: readonly Argument[];
  /** Written in errors about its arguments. */
  readonly example?: string;
  readonly flags: Flags;
  readonly groups?: readonly FlagGroup[];
  /** Below the options. */
  readonly notes?: string;
}

/** Each command has this one. */
export const HELP: Flag = { type: "boolean", about: "this text" };

/** For a machine. */
export const JSON_FLAG = {
  type: "boolean",
  about: "prints one JSON document on stdout, and nothing else there",
} as const satisfies Flag;

/** All flags of a command, by name, in the order of its help. */
export function flagsOf({ flags, groups = [] }: CommandTable): Record<string, Flag> {
  return Object.assign({}, flags, ...groups.map((group) => group.flags), { help: HELP });
}

/** What a flag is read as. */
type ValueOf<F extends Flag> = F extends { type: "boolean" }
  ? boolean
  : F extends { multiple: true }
    ? readonly string[]
    : F extends { number: object }
      ? F extends { default: string }
        ? number
        : number | undefined
      : F extends { default: string }
        ? string
        : string | undefined;

export type Values<F extends Flags> = { readonly [K in keyof F]: ValueOf<F[K]> };
