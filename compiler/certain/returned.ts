import ts from "typescript";
import { descendants, enclosing, type FunctionNode } from "../../checks/closures/syntax";

/** What a function may give back; nothing for one that gives back `undefined`. */
export function returnedBy(fn: FunctionNode): ts.Expression[] {
  const { body } = fn;
  if (!body) return [];
  if (!ts.isBlock(body)) return [body];
  return [...descendants(body)].flatMap((node) => {
    const isOwn = ts.isReturnStatement(node) && enclosing(node) === fn;
    return isOwn && node.expression ? [node.expression] : [];
  });
}
