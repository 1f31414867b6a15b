import { type CommandTable, type Flag, flagsOf } from "./table";

export type Shell = "bash" | "zsh" | "fish";

type Commands = Readonly<
  Record<string, { readonly summary: string; readonly table: CommandTable }>
>;

/** A script by which a shell completes commands, flags and values, made from their tables. */
export function completionOf(shell: Shell, commands: Commands): string {
  return { bash, zsh, fish }[shell](commands);
}

/** What may follow a flag: words, files, folders, or anything. */
function wordsAfter({ choices, completes }: Flag): string {
  if (choices) return `-W "${choices.join(" ")}"`;
  return completes === "folder" ? "-d" : "-f";
}

function bash(commands: Commands): string {
  const cases = Object.entries(commands).map(([name, { table }]) => {
    const flags = Object.entries(flagsOf(table));
    const withValue = flags.filter(([, { type }]) => type === "string");
    const values = withValue.map(
      ([flag, one]) => `        --${flag}) compgen_ ${wordsAfter(one)}; return ;;`,
    );
    const names = flags.map(([flag]) => `--${flag}`).join(" ");
    return `    ${name})
      case "$previous" in
${values.join("\n")}
      esac
      if [[ "$current" == -* ]]; then compgen_ -W "${names}"; else compgen_ ${argumentsOf(table)}; fi ;;`;
  });
  return `# lambda-rooms: completion for bash
_lambda_rooms() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word
  # Other programs after npx are completed as before.
  if [[ "\${COMP_WORDS[0]}" == npx && ( "\${COMP_WORDS[1]}" != lambda-rooms || COMP_CWORD -lt 2 ) ]]; then
    return
  fi
  compgen_() { COMPREPLY=($(compgen "$@" -- "$current")); }
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in lambda-rooms) ;; *) command="$word"; break ;; esac
  done
  case "$command" in
${cases.join("\n")}
    *) compgen_ -W "${Object.keys(commands).join(" ")} --help --version" ;;
  esac
  unset -f compgen_
}
complete -o filenames -F _lambda_rooms lambda-rooms
complete -o default -o filenames -F _lambda_rooms npx
`;
}

function argumentsOf({ arguments: known = [] }: CommandTable): string {
  const [first] = known;
  if (first?.choices) return `-W "${first.choices.join(" ")}"`;
  return first?.name === "file" ? "-f" : '-W ""';
}

function zsh(commands: Commands): string {
  const described = Object.entries(commands).map(
    ([name, { summary }]) => `    ${quoted(`${name}:${summary}`)}`,
  );
  const cases = Object.entries(commands).map(([name, { table }]) => {
    const flags = Object.entries(flagsOf(table)).map(
      ([flag, one]) => `      ${zshFlag(flag, one)}`,
    );
    const rest = `      ${quoted(`*:argument:${zshArguments(table)}`)}`;
    return `    ${name}) _arguments \\\n${[...flags, rest].join(" \\\n")} ;;`;
  });
  return `#compdef lambda-rooms
# lambda-rooms: completion for zsh
_lambda_rooms() {
  local -a commands=(
${described.join("\n")}
  )
  # \`npx lambda-rooms …\` is completed as \`lambda-rooms …\`.
  if [[ "$words[1]" == npx ]]; then
    [[ "$words[2]" == lambda-rooms ]] || { _default; return; }
    shift words
    (( CURRENT-- ))
  fi
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
compdef _lambda_rooms lambda-rooms npx
`;
}

function zshFlag(name: string, { type, about, choices, completes, multiple }: Flag): string {
  // Brackets and colons have a meaning there.
  const text = about.replace(/[[\]:]/g, (one) => `\\${one}`);
  const again = multiple ? "*" : "";
  if (type === "boolean") return quoted(`${again}--${name}[${text}]`);
  const action = choices
    ? `(${choices.join(" ")})`
    : completes === "folder"
      ? "_files -/"
      : "_files";
  return quoted(`${again}--${name}=[${text}]:value:${action}`);
}

function zshArguments({ arguments: known = [] }: CommandTable): string {
  const [first] = known;
  if (first?.choices) return `(${first.choices.join(" ")})`;
  return first?.name === "file" ? "_files" : "";
}

function fish(commands: Commands): string {
  // As a program of its own, and after npx.
  const lines = [
    ["lambda-rooms", ""],
    ["npx", "__fish_seen_subcommand_from lambda-rooms; and "],
  ].flatMap(([program = "", when = ""]) =>
    fishLines(commands, `complete -c ${program} -n "${when}`),
  );
  return `# lambda-rooms: completion for fish\n${lines.join("\n")}\n`;
}

function fishLines(commands: Commands, begin: string): string[] {
  const names = Object.keys(commands).join(" ");
  const first = Object.entries(commands).map(
    ([name, { summary }]) =>
      `${begin}not __fish_seen_subcommand_from ${names}" -f -a ${name} -d ${quoted(summary)}`,
  );
  const rest = Object.entries(commands).flatMap(([name, { table }]) => {
    const seen = `${begin}__fish_seen_subcommand_from ${name}"`;
    const [argument] = table.arguments ?? [];
    const words = argument?.choices ? [`${seen} -f -a ${quoted(argument.choices.join(" "))}`] : [];
    return [...words, ...Object.entries(flagsOf(table)).map((one) => fishFlag(seen, one))];
  });
  return [...first, ...rest];
}

function fishFlag(
  seen: string,
  [name, { type, about, choices, completes }]: readonly [string, Flag],
): string {
  const value = type === "boolean" ? "" : completes ? " -r" : " -x";
  const given = choices ? ` -a ${quoted(choices.join(" "))}` : "";
  return `${seen} -l ${name}${value}${given} -d ${quoted(about)}`;
}

/** For a shell, between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
