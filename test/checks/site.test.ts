import path from "node:path";
import { describeFolders, findSite } from "../../checks/site";
import { rootOf } from "../../lib/application/places";

const fixture = (name: string) => {
  const file = path.join(__dirname, "fixtures/site", `${name}.js`);
  return findSite(file, rootOf(file));
};
const urls = (name: string) => fixture(name).files.map(({ url }) => url);

test("the files of a folder that all clients may have are found, without those whose names begin with a dot", () => {
  expect(urls("open").sort()).toEqual(["/index.html", "/js/a.js", "/js/b.js", "/style.css"]);
  expect(fixture("open").answered).toEqual(["/api/", "/with space.txt"]);
});

test("a folder is mounted at a path", () => {
  expect(urls("mounted").sort()[0]).toBe("/assets/index.html");
});

test("what comes after a folder does not guard it", () => {
  expect(urls("after")).toContain("/index.html");
});

test("of Koa too, and a server's literal options count", () => {
  expect(urls("koa")).toContain("/style.css");
  expect(fixture("koa")).toMatchObject({ paths: ["/ws"], servesClient: false });
  expect(fixture("open")).toMatchObject({ paths: ["/socket.io"], servesClient: true });
});

test.each([
  "guarded",
  "session",
  "inline",
  "passed",
  "condition",
  "router",
  "options",
  "parameter",
  "chain",
  "program",
  "hoisted",
  "around",
  "wrapped",
  "within",
])("%s: a folder that may not be open to all is left to the function, with its place", (name) => {
  const site = fixture(name);
  expect(site.files).toEqual([]);
  expect(describeFolders(site)).toEqual([
    expect.stringMatching(
      /site\/\w+\.js:\d+:\d+ {2}the http function serves `express\.static\(.*\)`, not S3: /,
    ),
  ]);
});

test("options come by spreads, Object.assign and conditions; the last one counts", () => {
  expect(fixture("spread")).toMatchObject({
    paths: ["/shared", "/own", "/assigned", "/stage", "/short", "/first", "/second"],
    servesClient: true,
  });
});

test("where a condition may leave the path out, that of Socket.IO is served too", () => {
  expect(fixture("without-client")).toMatchObject({
    paths: ["/stage", "/socket.io"],
    servesClient: false,
  });
});

test("a route of the same path keeps it", () => {
  expect(urls("named").sort()).toEqual(["/index.html", "/js/a.js", "/js/b.js"]);
  expect(fixture("named").answered).toContain("/");
});
