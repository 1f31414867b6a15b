import ts from "typescript";
import { classAround, classMade, methodCalled } from "../../checks/closures/classes";
import { importedThing } from "../../checks/closures/imports";
import { resolveName } from "../../checks/closures/scopes";
import { bare, isFunction, methodCall } from "../../checks/closures/syntax";
import { returnedBy } from "./returned";
import type { Certain, Known } from "./types";

/** Of Socket.IO: what gives operators, sockets and what clients have sent. */
const OF_SOCKET_IO = /^(to|in|except|of|on|once|off|emit|join|leave|timeout|emitWithAck)$/;
/** Of a socket: what the memory refers to, or what JSON says. `socket.data` itself, but not what is in it. */
const OF_SOCKET = /^(id|data|handshake|connected|recovered|nsp|server)$/;
/** Of a socket: what Socket.IO keeps there. The application's own properties are judged where they are set. */
const FOREIGN = /^(client|conn|request|rooms|adapter|broadcast|volatile|local|pid|fns|flags|acks)$/;
/** Of texts, numbers, lists and collections: what they give is a part of them, or new. */
const OF_DATA = new RegExp(
  `^(${[
    "at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare match",
    "normalize padEnd padStart repeat replace replaceAll search slice split startsWith substring substr",
    "toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase toLocaleString trim trimEnd trimStart",
    "toString toFixed toPrecision valueOf join get has keys values entries pop shift push unshift splice",
    "reverse sort flat fill filter find findIndex findLast some every forEach set add delete clear",
    "getTime toISOString toJSON getFullYear getMonth getDate getDay getHours getMinutes getSeconds test exec",
  ]
    .join(" ")
    .replaceAll(" ", "|")})$`,
);
const MAKERS =
  /^(Map|Set|Date|Array|Object|Error|TypeError|RangeError|URL|URLSearchParams|RegExp|\w+Array)$/;
const FUNCTIONS = /^(String|Number|Boolean|BigInt|parseInt|parseFloat|isNaN|isFinite|Symbol)$/;
/** What these give is new, and made of what they are given. */
const OF_GLOBALS: Readonly<Record<string, RegExp>> = {
  Date: /./,
  Math: /./,
  Number: /./,
  String: /./,
  JSON: /^(parse|stringify)$/,
  Array: /^(from|of|isArray)$/,
  Object: /^(keys|values|entries|assign|create|fromEntries|freeze)$/,
  Buffer: /^(from|alloc|byteLength|concat)$/,
};
/** Functions of packages that give texts. */
const TEXTS: Readonly<Record<string, RegExp>> = {
  crypto: /^(randomUUID|randomInt)$/,
  uuid: /^v\d$/,
  nanoid: /^nanoid$/,
};

/** Whether every value that an expression may have can be written down for sure; if the syntax does not say, it cannot. */
export function isCertainExpression(known: Known, expression: ts.Node, certain: Certain): boolean {
  const node = bare(expression);
  if (isPlain(node) || isFunction(node) || ts.isClassLike(node)) return true;
  if (ts.isIdentifier(node)) return isCertainName(known, node, certain);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return classAround(node) !== undefined;
  if (ts.isConditionalExpression(node)) return certain(node.whenTrue) && certain(node.whenFalse);
  if (ts.isBinaryExpression(node)) return isCertainBinary(node, certain);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isCertainElement(certain));
  if (ts.isObjectLiteralExpression(node)) return node.properties.every(isCertainProperty(certain));
  if (ts.isPropertyAccessExpression(node)) return isCertainMember(known, node, certain);
  if (ts.isElementAccessExpression(node)) return isPart(known, node.expression, certain);
  if (ts.isNewExpression(node)) return isCertainInstance(known, node, certain);
  return ts.isCallExpression(node) && isCertainCall(known, node, certain);
}

function isPlain(node: ts.Node): boolean {
  return (
    ts.isLiteralExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isPostfixUnaryExpression(node) ||
    ts.isTypeOfExpression(node) ||
    ts.isVoidExpression(node) ||
    ts.isDeleteExpression(node) ||
    ts.isOmittedExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

function isCertainName({ application, variable }: Known, node: ts.Identifier, certain: Certain) {
  const { project, roleOf } = application;
  if (/^(socket|server|namespace)$/.test(roleOf(node) ?? "")) return true;
  const declaration = project.declarationOf(node);
  if (declaration) return variable(declaration, certain);
  return /^(undefined|NaN|Infinity)$/.test(node.text);
}

function isCertainBinary({ left, right, operatorToken }: ts.BinaryExpression, certain: Certain) {
  switch (operatorToken.kind) {
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      return certain(left) && certain(right);
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.CommaToken:
      return certain(right);
    default:
      // A number, a text or an answer to a question.
      return true;
  }
}

function isCertainElement(certain: Certain) {
  return (element: ts.Expression) =>
    certain(ts.isSpreadElement(element) ? element.expression : element);
}

function isCertainProperty(certain: Certain) {
  return (property: ts.ObjectLiteralElementLike): boolean => {
    if (ts.isPropertyAssignment(property)) return certain(property.initializer);
    if (ts.isShorthandPropertyAssignment(property)) return certain(property.name);
    if (ts.isSpreadAssignment(property)) return certain(property.expression);
    return ts.isMethodDeclaration(property);
  };
}

function isCertainMember(known: Known, node: ts.PropertyAccessExpression, certain: Certain) {
  const { roleOf } = known.application;
  const role = roleOf(node.expression);
  const name = node.name.text;
  if (role === "socket") return OF_SOCKET.test(name) || !FOREIGN.test(name);
  if (role !== undefined) return name === "name";
  if (node.expression.getText() === "process.env") return true;
  return isPart(known, node.expression, certain);
}

/** What stands in a value that can be written down can be, too. */
export function isPart({ application }: Known, whole: ts.Node, certain: Certain): boolean {
  const node = bare(whole);
  // JSON keeps what is in `socket.data`; the value itself may be of any kind.
  const isData = ts.isPropertyAccessExpression(node) && node.name.text === "data";
  if (isData && application.roleOf(node.expression) === "socket") return false;
  // What an import or a variable of a module holds is known by itself, but not what stands in it.
  const declaration = ts.isIdentifier(node) ? application.project.declarationOf(node) : undefined;
  if (declaration && ts.isSourceFile(declaration.owner)) return isOwnLiteral(declaration.node);
  return application.roleOf(node) === undefined && certain(node);
}

function isOwnLiteral(node: ts.Node): boolean {
  const value = ts.isVariableDeclaration(node) && node.initializer && bare(node.initializer);
  if (!value || ts.isArrayLiteralExpression(value)) return !!value;
  return ts.isObjectLiteralExpression(value) || ts.isLiteralExpression(value);
}

function isCertainInstance({ application }: Known, node: ts.NewExpression, certain: Certain) {
  const { expression: maker } = node;
  const isOwn = classMade(application.project, node) !== undefined;
  const isBuiltIn = ts.isIdentifier(maker) && MAKERS.test(maker.text) && !resolveName(maker);
  return (isOwn || isBuiltIn) && areCertain(node.arguments, certain);
}

function isCertainCall(known: Known, node: ts.CallExpression, certain: Certain): boolean {
  const { project, roleOf } = known.application;
  const own = project.functionOf(node.expression) ?? methodCalled(project, node.expression);
  if (own) return returnedBy(own).every(certain);
  const callee = bare(node.expression);
  const imported = importedThing(callee);
  if (imported) return TEXTS[imported.module.replace(/^node:/, "")]?.test(imported.name) ?? false;
  if (ts.isIdentifier(callee)) return FUNCTIONS.test(callee.text) && !resolveName(callee);
  const parts = methodCall(node);
  if (!parts) return false;
  const { receiver, method } = parts;
  const role = roleOf(receiver);
  if (role !== undefined) return role !== "http" && OF_SOCKET_IO.test(method);
  const root = bare(receiver);
  if (ts.isIdentifier(root) && !resolveName(root)) {
    const isGiving = OF_GLOBALS[root.text]?.test(method) ?? false;
    return isGiving && areCertain(node.arguments, certain);
  }
  if (method === "bind") return areCertain([receiver, ...node.arguments], certain);
  if (method === "map" || method === "flatMap") return isCertainMap(node, receiver, certain);
  return OF_DATA.test(method) && isPart(known, receiver, certain);
}

function isCertainMap(node: ts.CallExpression, receiver: ts.Expression, certain: Certain) {
  const [fn] = node.arguments;
  const isInline = fn !== undefined && isFunction(fn);
  return isInline && certain(receiver) && returnedBy(fn).every(certain);
}

function areCertain(args: readonly ts.Expression[] | undefined, certain: Certain): boolean {
  return (args ?? []).every(isCertainElement(certain));
}
