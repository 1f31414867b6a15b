import { statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { readProject } from "./closures/project";
import { bare, methodCall } from "./closures/syntax";

/**
 * Finds files beside the source that an application names by literal paths: `path.join(__dirname, "words.txt")`,
 * `${__dirname}/words.txt`, `new URL("words.txt", import.meta.url)`. A path where no file is today is left out.
 *
 * @returns absolute paths, each once
 * @throws Error if there is no such file
 */
export function findFiles(entry: string): string[] {
  const found = readProject(entry).nodes.flatMap((node) => {
    const file = fileNamed(node);
    return file && statSync(file, { throwIfNoEntry: false })?.isFile() ? [file] : [];
  });
  return [...new Set(found)];
}

/** The path that an expression names relative to its source file. */
export function fileNamed(node: ts.Node): string | undefined {
  const folder = path.dirname(node.getSourceFile().fileName);
  const parts = joined(node) ?? added(node) ?? relativeUrl(node);
  return parts && path.join(folder, ...parts);
}

/** `path.join(__dirname, "a", "b")`, `path.resolve(…)`, `join(…)`. */
function joined(node: ts.Node): string[] | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const name = methodCall(node)?.method ?? bare(node.expression).getText();
  const [first, ...others] = node.arguments;
  if (!/^(join|resolve)$/.test(name) || !first || !isFolder(first)) return undefined;
  const texts = others.filter(ts.isStringLiteralLike).map(({ text }) => text);
  return texts.length === others.length ? texts : undefined;
}

/** `__dirname + "/a"` and `${__dirname}/a`. */
function added(node: ts.Node): string[] | undefined {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return isFolder(node.left) && ts.isStringLiteralLike(node.right)
      ? [node.right.text]
      : undefined;
  }
  if (!ts.isTemplateExpression(node) || node.head.text !== "") return undefined;
  const [span, ...others] = node.templateSpans;
  return span && others.length === 0 && isFolder(span.expression) ? [span.literal.text] : undefined;
}

function relativeUrl(node: ts.Node): string[] | undefined {
  if (!ts.isNewExpression(node) || node.expression.getText() !== "URL") return undefined;
  const [specifier, base] = node.arguments ?? [];
  if (!specifier || !ts.isStringLiteralLike(specifier)) return undefined;
  return base?.getText() === "import.meta.url" ? [specifier.text] : undefined;
}

/** Also where a module declares the name itself, since it means the same. */
function isFolder(node: ts.Node): boolean {
  return /^(__dirname|import\.meta\.dirname)$/.test(bare(node).getText());
}
