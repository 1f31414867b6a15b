import ts from "typescript";
import { bare, descendants, methodCall } from "../../checks/closures/syntax";
import type { Found, Search } from "./types";

const MUTATORS = /^(push|unshift|splice|set|add|fill)$/;
const ASSIGNMENTS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
]);

/** Places that put something which may not be written down into what a connection may hold. */
export function uncertainWrites(search: Search): Found[] {
  const { application, certain, isElsewhere } = search;
  return application.project.nodes.flatMap((node) => {
    const write = writeOf(node);
    if (!write || isElsewhere(node)) return [];
    const { into, values } = write;
    if (into !== undefined && !isHeld(into, search)) return [];
    if (values.every((value) => certain(value))) return [];
    const what = `\`${node.getText().split("\n")[0]}\` may keep what cannot be written down`;
    return [{ node, what }];
  });
}

interface Write {
  /** Absent: what a field of an instance holds at first. */
  readonly into: ts.Node | undefined;
  readonly values: readonly ts.Node[];
}

function writeOf(node: ts.Node): Write | undefined {
  if (ts.isPropertyDeclaration(node)) {
    const isStatic = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
    return node.initializer && !isStatic
      ? { into: undefined, values: [node.initializer] }
      : undefined;
  }
  if (ts.isBinaryExpression(node)) return assignment(node);
  const parts = methodCall(node);
  if (!parts) return undefined;
  const args = parts.call.arguments.map(spreadless);
  const [first, ...others] = args;
  if (parts.receiver.getText() === "Object" && parts.method === "assign" && first)
    return { into: first, values: others };
  return MUTATORS.test(parts.method) ? { into: parts.receiver, values: args } : undefined;
}

function assignment({ left, operatorToken, right }: ts.BinaryExpression): Write | undefined {
  if (!ASSIGNMENTS.has(operatorToken.kind)) return undefined;
  const place = bare(left);
  if (ts.isPropertyAccessExpression(place) || ts.isElementAccessExpression(place))
    return { into: place.expression, values: [right] };
  // `[this.a, b.c] = …`
  const isPattern = ts.isArrayLiteralExpression(place) || ts.isObjectLiteralExpression(place);
  const member = isPattern
    ? [...descendants(place)].find((one) => ts.isPropertyAccessExpression(one))
    : undefined;
  return member && ts.isPropertyAccessExpression(member)
    ? { into: member.expression, values: [right] }
    : undefined;
}

function spreadless(argument: ts.Expression): ts.Expression {
  return ts.isSpreadElement(argument) ? argument.expression : argument;
}

/** Whether a connection may hold it; what a package has made is not looked into. */
function isHeld(into: ts.Node, { application: { roleOf }, certain }: Search): boolean {
  const node = bare(into);
  // What JSON says of `socket.data` is kept in any case.
  if (isInData(node, roleOf)) return false;
  return node.kind === ts.SyntaxKind.ThisKeyword || roleOf(node) === "socket" || certain(node);
}

function isInData(node: ts.Node, roleOf: Search["application"]["roleOf"]): boolean {
  for (let at = node; ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at); ) {
    const isData = ts.isPropertyAccessExpression(at) && at.name.text === "data";
    if (isData && roleOf(at.expression) === "socket") return true;
    at = bare(at.expression);
  }
  return false;
}
