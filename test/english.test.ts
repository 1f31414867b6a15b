import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/**
 * The rule of CONTRIBUTING.md: subject, verb, object, and the subject is an actor with a name. These words
 * hide the actor or the technical term. Left: the word. Right: what to write in its place.
 */
const banned: Record<string, string> = {
  nobody: "no client, no socket, no function, no operator",
  anybody: "any client, any user",
  everybody: "every client, every member, all users",
  somebody: "a client, a user",
  someone: "a client, a user",
  whoever: "a client that, the caller that",
  "his|him|himself": "the user's, the client's, its",
  "(?:is|are|was|were) none": "is invalid, is not a …, does not exist",
  "(?:what|that|which) (?:is|are) no(?! longer)": "is not a …, is invalid",
  "reckon(?:s|ed|ing)?": "estimate, count",
  "without a word": "silently, without calling `next`, without an answer",
  "in vain": "until the timeout, for nothing",
};

/** Words of a cell of a table. The aim is 25; lower this bound when the longest cell gets shorter. */
const longestCell = 30;

interface Passage {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const root = path.join(__dirname, "..");

function tracked(pattern: string): string[] {
  return execFileSync("git", ["ls-files", "-co", "--exclude-standard", pattern], { cwd: root })
    .toString()
    .split("\n")
    .filter((file) => file && existsSync(path.join(root, file)))
    .filter((file) => !/(^|\/)fixtures?\//.test(file) && file !== "test/english.test.ts");
}

/** Comments, and strings that hold a space: one word in quotes is data or a name. */
function passagesOfCode(file: string, text: string): Passage[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: Passage[] = [];
  const code = text.split("");
  const add = (start: number, passage: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(start);
    found.push({ file, line: line + 1, text: passage });
  };
  const visit = (node: ts.Node): void => {
    if (
      ts.isLiteralExpression(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isTemplateHead(node)
    ) {
      const start = node.getStart(source);
      const literal = text.slice(start, node.end);
      if (/\s/.test(literal) && !ts.isRegularExpressionLiteral(node)) add(start, literal);
      for (let at = start; at < node.end; at++) if (code[at] !== "\n") code[at] = " ";
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const comment of code.join("").matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)) {
    add(comment.index, comment[0]);
  }
  return found;
}

/** Prose and the text of examples; code between backticks is left out. */
function passagesOfProse(file: string, text: string): Passage[] {
  return [{ file, line: 1, text: text.replace(/(?<!`)`[^`\n]+`(?!`)/g, "`…`") }];
}

function passagesOf(file: string): Passage[] {
  const text = readFileSync(path.join(root, file), "utf8");
  return file.endsWith(".md") ? passagesOfProse(file, text) : passagesOfCode(file, text);
}

/** A phrase may be broken over two lines of a comment. Upper case is a name, such as a constant's. */
function findings({ file, line, text }: Passage): string[] {
  return Object.entries(banned).flatMap(([words, better]) => {
    const spaced = words.replaceAll(" ", "\\s+(?:\\*|//)?\\s*");
    return [...text.matchAll(new RegExp(`(?<![\\w-])(?:${spaced})(?![\\w-])`, "gi"))]
      .filter(([found]) => found !== found.toUpperCase())
      .map(({ 0: found, index }) => {
        const at = line + text.slice(0, index).split("\n").length - 1;
        return `${file}:${at} "${found.replace(/\s+/g, " ")}": write ${better}`;
      });
  });
}

function longCells(file: string, text: string, bound: number): string[] {
  return text.split("\n").flatMap((row, index) => {
    if (!row.startsWith("|")) return [];
    const words = row.split(/(?<!\\)\|/).map((cell) => cell.trim().split(/\s+/).length);
    const longest = Math.max(...words);
    return longest > bound ? [`${file}:${index + 1} has a cell of ${longest} words`] : [];
  });
}

const prose = tracked("*.md");
const files = [...prose, ...tracked("*.ts"), ...tracked("*.tsx")];

test("comments, messages and pages name their actors", () => {
  expect(files.flatMap(passagesOf).flatMap(findings)).toEqual([]);
});

test("no cell of a table is longer than the bound", () => {
  const long = prose.flatMap((file) =>
    longCells(file, readFileSync(path.join(root, file), "utf8"), longestCell),
  );
  expect(long).toEqual([]);
});

describe("the test sees", () => {
  const seen = (text: string): string[] =>
    passagesOfCode("a.ts", text)
      .flatMap(findings)
      .map((finding) => finding.replace(/: write .*/, ""));

  test("words of comments, strings and templates, with their lines", () => {
    expect(seen("// x\n// Nobody comes.\nconst a = 1;")).toEqual(['a.ts:2 "Nobody"']);
    expect(seen('throw new Error("the name is none");')).toEqual(['a.ts:1 "is none"']);
    expect(seen("// what is no name, that is no longer")).toEqual(['a.ts:1 "what is no"']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is source code
    expect(seen("f(`a ${b} whoever\n${c} his`);")).toEqual(['a.ts:1 "whoever"', 'a.ts:2 "his"']);
  });

  test("a phrase that is broken over two lines of a comment", () => {
    expect(seen("/**\n * What is\n * none.\n */")).toEqual(['a.ts:2 "is * none"']);
  });

  test("no names and no data", () => {
    expect(seen('const nobody = NOBODY; // ends with NOBODY\nf("nobody", /his x/);')).toEqual([]);
    expect(passagesOfProse("a.md", "`nobody` and `his name`").flatMap(findings)).toEqual([]);
  });

  test("words of prose and long cells", () => {
    expect(passagesOfProse("a.md", "one\nTell somebody.").flatMap(findings)).toHaveLength(1);
    expect(longCells("a.md", "| a | b c d |\n|---|---|", 2)).toEqual([
      "a.md:1 has a cell of 3 words",
    ]);
  });
});
