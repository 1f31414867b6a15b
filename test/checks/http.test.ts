import { findHttp } from "../../checks/http";

const found = (name: string) => {
  const { serves, places } = findHttp(`test/checks/fixtures/http/${name}`);
  return { serves, what: places.map(({ line, what }) => `${line} ${what}`) };
};

test.each([
  ["express.cjs", ["2 express", '3 require("http").createServer']],
  ["plain.mjs", ["5 createServer"]],
  ["later.mjs", ["5 server.on"]],
  ["frameworks.mjs", ["6 fastify", "6 Koa", "6 serveStatic", "6 NestFactory.create"]],
])("%s answers HTTP requests", (name, what) => {
  expect(found(name)).toEqual({ serves: true, what });
});

test("servers without a listener, options and routers answer none", () => {
  expect(found("none.mjs")).toEqual({ serves: false, what: [] });
});

test("a place names its file", () => {
  expect(findHttp("test/checks/fixtures/http/plain.mjs").places[0]).toEqual({
    file: "test/checks/fixtures/http/plain.mjs",
    line: 5,
    column: 16,
    what: "createServer",
  });
});
