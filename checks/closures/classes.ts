import ts from "typescript";
import { isOwnData } from "./collections";
import type { Step } from "./mutations";
import type { Project } from "./project";
import { bare, descendants, type FunctionNode, isFunction } from "./syntax";

/** The class of the application that `new` makes an instance of; undefined for those of packages. */
export function classMade(project: Project, node: ts.Node): ts.ClassLikeDeclaration | undefined {
  if (!ts.isNewExpression(node)) return undefined;
  const target = project.follow(node.expression);
  if (target && ts.isClassLike(target)) return target;
  // An import stands for the name of what is declared.
  return target?.parent && ts.isClassLike(target.parent) ? target.parent : undefined;
}

/** The method that a call means: of `this`, of an instance that a variable holds, or of the class itself. */
export function methodCalled(project: Project, callee: ts.Node): FunctionNode | undefined {
  const node = bare(callee);
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const owner = ownerOf(project, node.expression);
  const member = owner?.members.find((one) => one.name?.getText() === node.name.text);
  if (!member) return undefined;
  if (isFunction(member)) return member;
  // `add = (socket) => …`
  const value = ts.isPropertyDeclaration(member) && member.initializer && bare(member.initializer);
  return value && isFunction(value) ? value : undefined;
}

function ownerOf(project: Project, receiver: ts.Node): ts.ClassLikeDeclaration | undefined {
  const node = bare(receiver);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return classAround(node);
  const target = project.follow(node);
  if (!target) return undefined;
  return ts.isClassLike(target) ? target : classMade(project, target);
}

/** The class whose instance `this` is. */
export function classAround(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  let at: ts.Node | undefined = node;
  while (at && !ts.isClassLike(at)) {
    if (ts.isFunctionDeclaration(at) || ts.isFunctionExpression(at)) return undefined;
    at = at.parent;
  }
  return at;
}

/** What runs when an instance is made: the constructor and the initializers of its fields. */
export function makersOf(made: ts.ClassLikeDeclaration): ts.Node[] {
  return made.members.filter(
    (member) =>
      ts.isConstructorDeclaration(member) ||
      (ts.isPropertyDeclaration(member) && !isFunction(bare(member.initializer ?? member))),
  );
}

/** What a field holds at first: by its declaration, or by the constructor. */
export function firstValue(made: ts.ClassLikeDeclaration, field: string): ts.Node | undefined {
  for (const node of descendants(made)) {
    if (ts.isPropertyDeclaration(node) && node.name.getText() === field && node.initializer) {
      return node.initializer;
    }
    if (!ts.isBinaryExpression(node) || node.left.getText() !== `this.${field}`) continue;
    if (ts.isConstructorDeclaration(node.parent.parent.parent)) return node.right;
  }
  return undefined;
}

/** Whether a path leads into the program's own data inside an instance of its own class. */
export function isFieldOfOwn(
  project: Project,
  made: ts.Node,
  path: readonly Step[],
  called: boolean,
): boolean {
  const owner = classMade(project, bare(made));
  if (!owner) return false;
  const [field, ...rest] = path;
  if (path.length === 0) return !called;
  const first = field === undefined ? undefined : firstValue(owner, field);
  return first !== undefined && isOwnData(first, rest, called);
}
