import ts from "typescript";
import { checkClosures, formatFindings } from "./closures";
import { placeOf } from "./closures/findings";
import { type Project, readProject } from "./closures/project";
import { timerCall } from "./closures/rules/timers";

/** A message wakes the lane, and SQS counts its delay in whole seconds. */
const GRAIN_MS = 1000;
/** `npm run cost -- --ordering application --fast-hours 1`, without what the ticks send. */
export const FAST_COST = "about $0.15 an hour";

/**
 * Names timers that do not run as under `node` although the application's memory is kept: those of packages, which no
 * message wakes, and intervals below a second, whose ticks come several at a time, or cost.
 *
 * @param isFast whether `fastTimers` is set
 * @returns one line each, in the form of a compiler's messages
 * @throws Error if there is no such file
 */
export function describeTimers(entry: string, isFast = false): string[] {
  const ofPackages = checkClosures(entry).filter(
    ({ rule, name }) => rule === "timer" && !/^set(Timeout|Interval)$/.test(name),
  );
  const project = readProject(entry);
  const fast = project.nodes.flatMap((node) => {
    const delay = delayOf(node, project);
    if (delay === undefined || delay >= GRAIN_MS) return [];
    const { file, line, column } = placeOf(node);
    const fate = isFast
      ? `keeps the lane awake while clients are connected: ${FAST_COST}`
      : `fires about once a second, several times at once, unless a listener is running: make it a second, or set \`fastTimers\`, which keeps the lane awake for it (${FAST_COST})`;
    return `${file}:${line}:${column}  an interval of ${delay} ms ${fate}`;
  });
  return [...formatFindings(ofPackages).split("\n").filter(Boolean), ...fast];
}

/** The delay of an interval, where the source shows it. */
function delayOf(node: ts.Node, project: Project): number | undefined {
  if (!ts.isCallExpression(node) || timerCall(node) !== "setInterval") return undefined;
  const [, delay] = node.arguments;
  const target = delay && (project.follow(delay) ?? delay);
  if (!target) return undefined;
  if (ts.isNumericLiteral(target)) return Number(target.text);
  return quotient(target);
}

/** `1000 / 60`, as loops of games have it. */
function quotient(node: ts.Node): number | undefined {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.SlashToken)
    return undefined;
  const { left, right } = node;
  if (!ts.isNumericLiteral(left) || !ts.isNumericLiteral(right)) return undefined;
  return Math.round(Number(left.text) / Number(right.text));
}
