import ts from "typescript";
import type { Project } from "../closures/project";
import { findRoles } from "../closures/roles";
import { bare } from "../closures/syntax";
import { initializerOf, isCondition, type Option, optionsOf } from "../locks/options";
import { propertyName } from "../locks/syntax";

/** What an application's Socket.IO servers answer over HTTP. */
export interface ServerOptions {
  /** Without the slash at the end. */
  readonly paths: readonly string[];
  /** Whether they hand out the files of their client. */
  readonly servesClient: boolean;
}

const DEFAULT_PATH = "/socket.io";

/** Reads the options `path` and `serveClient` of servers where they are literals. */
export function serverOptions(project: Project): ServerOptions {
  const roleOf = findRoles(project);
  const servers = project.nodes.flatMap((node) => {
    if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return [];
    const options = optionsOf(node, project, roleOf, ["server"]);
    return options.length > 0 ? [options] : [];
  });
  const paths = servers.flatMap((options) => pathsOf(options, project));
  return {
    paths: paths.length === 0 ? [DEFAULT_PATH] : [...new Set(paths)],
    servesClient: servers.every((options) => mayServeClient(options, project)),
  };
}

/** Empty where the source does not show one: `attach` keeps that of the constructor. */
function pathsOf(options: readonly Option[], project: Project): string[] {
  const possible = valuesOf("path", options, project);
  const texts = possible.filter((one) => one !== undefined).filter(ts.isStringLiteralLike);
  const named = texts.map(({ text }) => normal(text));
  return named.length > 0 && possible.includes(undefined) ? [...named, DEFAULT_PATH] : named;
}

function mayServeClient(options: readonly Option[], project: Project): boolean {
  const possible = valuesOf("serveClient", options, project);
  return possible.some((value) => value === undefined || bare(value).getText() !== "false");
}

/** What an option may be in the end; `undefined` where it may be left out. */
function valuesOf(name: string, options: readonly Option[], project: Project): Value[] {
  return settersOf(name, options).flatMap((setter) => {
    const value = setter && initializerOf(setter);
    return value ? literalsOf(value, project) : [setter];
  });
}

type Value = ts.Node | undefined;

function settersOf(name: string, options: readonly Option[]): Value[] {
  return options.reduce<Value[]>(
    (before, option) => {
      const here = isCondition(option)
        ? option.flatMap((branch) => settersOf(name, branch))
        : [propertyName(option) === name ? option : undefined];
      return [...new Set(here.flatMap((one) => (one === undefined ? before : [one])))];
    },
    [undefined],
  );
}

function literalsOf(value: ts.Node, project: Project): ts.Node[] {
  const target = project.follow(value) ?? value;
  if (!ts.isConditionalExpression(target)) return [target];
  return [target.whenTrue, target.whenFalse].flatMap((one) => literalsOf(one, project));
}

/** As Engine.IO reads it: with or without the slash at the end. */
function normal(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, "")}`;
}
