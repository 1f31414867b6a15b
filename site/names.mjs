import { Converter } from "typedoc";

/** What an application imports, by the file that holds it. TypeDoc names modules by their files otherwise. */
const names = {
  "lib/cdk": "lambda-rooms/cdk",
  managed: "lambda-rooms/managed",
  emitter: "lambda-rooms/emitter",
  parser: "lambda-rooms/parser",
  local: "lambda-rooms/local",
  "packages/client/src": "@lambda-rooms/client",
  "packages/client/src/react": "@lambda-rooms/client/react",
};

/** A plugin of TypeDoc. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = names[module.name] ?? module.name;
  });
}
