import { Compile, parse } from "velocityjs";
import type { Json, JsonObject } from "../json";
import { callStringMethod, hasStringMethod } from "./java-string";
import { selectJson } from "./json-path";

/** What a template can see. */
export interface TemplateInput {
  readonly body: string;
  readonly context: JsonObject;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** A mapping template, ready to be evaluated. */
export type MappingTemplate = (input: TemplateInput) => string;

const settings: NonNullable<ConstructorParameters<typeof Compile>[1]> = {
  // The default would escape HTML, which API Gateway does not.
  escape: false,
  customMethodHandlers: [
    {
      uid: "java.lang.String",
      match: ({ property, context }) => typeof context === "string" && hasStringMethod(property),
      resolve: ({ property, context, params }) => callStringMethod(context, property, params ?? []),
    },
  ],
};

/**
 * Parses a mapping template, written in Velocity.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export function parseTemplate(source: string): MappingTemplate {
  const tree = parse(source);
  return ({ body, context, stageVariables }) => {
    const values = { input: inputOf(body), context, stageVariables, util };
    return new Compile(tree, settings).render(values);
  };
}

function inputOf(body: string) {
  const select = (path: string) => selectJson(JSON.parse(body) as Json, path);
  return {
    body,
    json: (path: string) => JSON.stringify(select(path) ?? ""),
    path: (path: string) => select(path) ?? "",
    // Frames have neither headers nor a query.
    params: () => "",
  };
}

const util = {
  urlEncode: (text: unknown) => urlEncode(String(text)),
  urlDecode: (text: unknown) => decodeURIComponent(String(text).replaceAll("+", " ")),
  base64Encode: (text: unknown) => Buffer.from(String(text)).toString("base64"),
  base64Decode: (text: unknown) => Buffer.from(String(text), "base64").toString(),
  escapeJavaScript: (text: unknown) => escapeJavaScript(String(text)),
  parseJson: (text: unknown) => JSON.parse(String(text)) as Json,
};

/** As Java's URLEncoder: a space becomes "+", and only letters, digits and `.-*_` stay. */
function urlEncode(text: string): string {
  // Half a surrogate pair, as substring may leave, has no UTF-8 form; a buffer replaces it.
  return encodeURIComponent(Buffer.from(text).toString())
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

const escapes: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** As Java's escapeEcmaScript: quotes, slashes, control characters and everything beyond ASCII. */
function escapeJavaScript(text: string): string {
  return text.replace(/["'\\/]|[^\x20-\x7e]/g, (character) => {
    if (/["'\\/]/.test(character)) return `\\${character}`;
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return escapes[character] ?? `\\u${code}`;
  });
}
