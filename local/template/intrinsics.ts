import { isObject, type Json, type JsonObject, show } from "../json";
import type { Template } from "./assembly";
import { type Endpoints, Local, namesOf, type ResourceNames } from "./names";
import { withSecrets } from "./secrets";

/** Evaluates CloudFormation's intrinsic functions against the local account. */
export interface Resolver {
  /** The value with every intrinsic function replaced. `AWS::NoValue` becomes null, or an absent key. */
  resolve(value: Json): Json;
  /** Physical names of a resource of the template. */
  names(logicalId: string): ResourceNames;
  /** Whether a named condition holds. */
  condition(name: string): boolean;
}

type Intrinsic = (argument: Json, resolver: Resolver, template: Template) => Json;

const pseudoParameters: Readonly<Record<string, Json>> = {
  "AWS::AccountId": Local.account,
  "AWS::Region": Local.region,
  "AWS::Partition": Local.partition,
  "AWS::URLSuffix": Local.urlSuffix,
  "AWS::StackName": "local",
  "AWS::StackId": `arn:aws:cloudformation:${Local.region}:${Local.account}:stack/local/local`,
  "AWS::NotificationARNs": [],
  "AWS::NoValue": null,
};

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, resolver, template) => reference(text(argument, "Ref"), resolver, template),
  "Fn::GetAtt": (argument, resolver) => {
    const path = typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt");
    const [logicalId, ...attribute] = path.map((part) =>
      text(resolver.resolve(part), "Fn::GetAtt"),
    );
    return attributeOf(logicalId ?? "", attribute.join("."), resolver);
  },
  "Fn::Join": (argument, resolver) => {
    const [separator, parts] = list(argument, "Fn::Join");
    const values = list(resolver.resolve(parts ?? null), "Fn::Join");
    return values.map((part) => text(part, "Fn::Join")).join(text(separator, "Fn::Join"));
  },
  "Fn::Sub": (argument, resolver, template) => substitute(argument, resolver, template),
  "Fn::Select": (argument, resolver) => {
    const [index, values] = list(argument, "Fn::Select").map((part) => resolver.resolve(part));
    return list(values, "Fn::Select")[Number(index)] ?? null;
  },
  "Fn::Split": (argument, resolver) => {
    const [separator, source] = list(argument, "Fn::Split").map((part) => resolver.resolve(part));
    return text(source, "Fn::Split").split(text(separator, "Fn::Split"));
  },
  "Fn::If": (argument, resolver) => {
    const [name, yes, no] = list(argument, "Fn::If");
    return resolver.resolve((resolver.condition(text(name, "Fn::If")) ? yes : no) ?? null);
  },
  "Fn::Equals": (argument, resolver) => {
    const [left, right] = list(argument, "Fn::Equals").map((part) => resolver.resolve(part));
    return JSON.stringify(left) === JSON.stringify(right);
  },
  "Fn::And": (argument, resolver) =>
    list(argument, "Fn::And").every((part) => holds(part, resolver)),
  "Fn::Or": (argument, resolver) => list(argument, "Fn::Or").some((part) => holds(part, resolver)),
  "Fn::Not": (argument, resolver) => !holds(list(argument, "Fn::Not")[0] ?? null, resolver),
  "Fn::FindInMap": (argument, resolver, template) => {
    const [map, first, second] = list(argument, "Fn::FindInMap").map((part) =>
      text(resolver.resolve(part), "Fn::FindInMap"),
    );
    const row = at(at(template.Mappings ?? {}, map ?? ""), first ?? "");
    return at(row, second ?? "") ?? null;
  },
};

/** Creates the resolver of one template. */
export function createResolver(template: Template, endpoints: Endpoints): Resolver {
  const known = new Map<string, ResourceNames>();
  const resolver: Resolver = {
    resolve: (value) => withSecrets(resolveValue(value, resolver, template)),
    names(logicalId) {
      const resource = template.Resources[logicalId];
      if (resource === undefined) {
        throw new Error(
          `Cannot resolve "${logicalId}": expected a resource or parameter of the template, got none`,
        );
      }
      const names =
        known.get(logicalId) ?? namesOf(logicalId, resource, endpoints, resolver.resolve);
      known.set(logicalId, names);
      return names;
    },
    condition(name) {
      const definition = template.Conditions?.[name];
      if (definition === undefined) {
        throw new Error(
          `Cannot evaluate condition "${name}": expected it under Conditions, got nothing`,
        );
      }
      return holds(definition, resolver);
    },
  };
  return resolver;
}

function resolveValue(value: Json, resolver: Resolver, template: Template): Json {
  if (Array.isArray(value)) {
    return value.map((item) => resolver.resolve(item)).filter((item) => item !== null);
  }
  if (!isObject(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only !== undefined && others.length === 0) {
    const [name, argument] = only;
    const intrinsic = intrinsics[name];
    if (intrinsic !== undefined) return intrinsic(argument, resolver, template);
    if (name.startsWith("Fn::")) {
      throw new Error(
        `Cannot resolve ${show(value)}: expected a supported intrinsic function, got ${name}`,
      );
    }
  }
  const resolved: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const result = resolver.resolve(item);
    if (result !== null) resolved[key] = result;
  }
  return resolved;
}

function reference(name: string, resolver: Resolver, template: Template): Json {
  if (name in pseudoParameters) return pseudoParameters[name] ?? null;
  const parameter = template.Parameters?.[name];
  if (parameter === undefined) return resolver.names(name).ref;
  const value = isObject(parameter) ? parameter.Default : undefined;
  if (value === undefined) {
    throw new Error(`Cannot resolve parameter "${name}": expected a Default, got nothing`);
  }
  return value;
}

function attributeOf(logicalId: string, attribute: string, resolver: Resolver): string {
  const value = resolver.names(logicalId).attributes[attribute];
  if (value === undefined) {
    throw new Error(
      `Cannot resolve ${logicalId}.${attribute}: expected a supported attribute, got ${attribute}`,
    );
  }
  return value;
}

/** `${Name}`, `${Name.Attribute}` and own variables; `${!Literal}` stays as `${Literal}`. */
function substitute(argument: Json, resolver: Resolver, template: Template): string {
  const [source, given] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = resolver.resolve(given ?? {});
  return text(source, "Fn::Sub").replace(
    /\$\{(!?)([^}]+)\}/g,
    (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      const own = isObject(variables) ? variables[name] : undefined;
      if (own !== undefined) return text(own, "Fn::Sub");
      const [logicalId, ...attribute] = name.trim().split(".");
      if (attribute.length > 0) return attributeOf(logicalId ?? "", attribute.join("."), resolver);
      return text(reference(name.trim(), resolver, template), "Fn::Sub");
    },
  );
}

function holds(value: Json, resolver: Resolver): boolean {
  if (isObject(value) && typeof value.Condition === "string")
    return resolver.condition(value.Condition);
  return resolver.resolve(value) === true;
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}

function text(value: Json | undefined, where: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`Cannot evaluate ${where}: expected a string, got ${show(value)}`);
}

function list(value: Json | undefined, where: string): Json[] {
  if (Array.isArray(value)) return value;
  throw new Error(`Cannot evaluate ${where}: expected a list, got ${show(value)}`);
}
