import path from "node:path";
import ts from "typescript";
import { type Exported, exportsOf } from "./exports";
import { type Imported, importedThing, importOf } from "./imports";
import { type Declaration, resolveName } from "./scopes";
import { readSources, type Sources } from "./sources";
import { bare, descendants, type FunctionNode, isFunction } from "./syntax";

// How many names may stand for one another; ends cycles of imports.
const MAX_STEPS = 20;

/** The files of an application, and what the names in them stand for across files. */
export interface Project {
  readonly files: readonly ts.SourceFile[];
  /** Everything in the files. */
  readonly nodes: readonly ts.Node[];
  /** Every call in the files. */
  readonly calls: readonly ts.CallExpression[];
  /** The declaration that a name means, in whichever file it stands. */
  declarationOf(identifier: ts.Identifier): Declaration | undefined;
  /** The expression, function or declaration that an expression stands for. */
  follow(expression: ts.Node): ts.Node | undefined;
  /** The function that an expression stands for. */
  functionOf(expression: ts.Node): FunctionNode | undefined;
}

/**
 * Reads an application.
 *
 * @throws Error if there is no such file
 */
export function readProject(entry: string): Project {
  const sources = readSources(entry);
  const file = path.resolve(entry);
  const known = projects.get(file);
  if (known && isSame(known.files, sources.files)) return known;
  const project = createProject(sources);
  projects.set(file, project);
  return project;
}

/** What was read, which stands as long as its files do. */
const projects = new Map<string, Project>();

function isSame(a: readonly ts.SourceFile[], b: readonly ts.SourceFile[]): boolean {
  return a.length === b.length && a.every((file, index) => file === b[index]);
}

function createProject(sources: Sources): Project {
  const { files } = sources;
  const nodes = files.flatMap((file) => [...descendants(file)]);
  const calls = nodes.filter(ts.isCallExpression);
  const follow = (expression: ts.Node) => followFrom(sources, expression, 0);
  return {
    files,
    nodes,
    calls,
    follow,
    declarationOf: (identifier) => declarationFrom(sources, identifier, 0),
    functionOf(expression) {
      const target = follow(expression);
      return target && isFunction(target) ? target : undefined;
    },
  };
}

function declarationFrom(
  sources: Sources,
  identifier: ts.Identifier,
  steps: number,
): Declaration | undefined {
  const declaration = resolveName(identifier);
  const imported = declaration && importOf(declaration);
  if (!imported) return declaration;
  const target = exportedNode(sources, identifier.getSourceFile(), imported, steps);
  if (!target || !ts.isIdentifier(target) || steps > MAX_STEPS) return declaration;
  return declarationFrom(sources, target, steps + 1);
}

function followFrom(sources: Sources, expression: ts.Node, steps: number): ts.Node | undefined {
  const node = bare(expression);
  if (steps > MAX_STEPS) return undefined;
  const imported = importedThing(node);
  if (imported) {
    const target = exportedNode(sources, node.getSourceFile(), imported, steps);
    return target && followFrom(sources, target, steps + 1);
  }
  if (!ts.isIdentifier(node)) return node;
  const declaration = resolveName(node)?.node;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return declaration;
  if (!ts.isIdentifier(declaration.name) || !declaration.initializer) return declaration;
  return followFrom(sources, declaration.initializer, steps + 1);
}

/** The node of another file that an import means; undefined for packages. */
function exportedNode(
  sources: Sources,
  from: ts.SourceFile,
  { module, name }: Imported,
  steps: number,
): ts.Node | undefined {
  const file = sources.imported(from, module);
  if (!file || steps > MAX_STEPS) return undefined;
  const all = exportsOf(file);
  const here = all.get(name === "*" ? "default" : name);
  if (here) return exportTarget(sources, file, here, steps);
  for (const [key, value] of all) {
    if (!key.startsWith("*")) continue;
    const { module } = value as Imported;
    // Files that export all of each other would be searched over and over.
    const found = exportedNode(sources, file, { module, name }, steps + MAX_STEPS / 4);
    if (found) return found;
  }
  return undefined;
}

function exportTarget(
  sources: Sources,
  file: ts.SourceFile,
  exported: Exported,
  steps: number,
): ts.Node | undefined {
  return "kind" in exported ? exported : exportedNode(sources, file, exported, steps + 1);
}
