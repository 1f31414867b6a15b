import { Dev, DevProject } from "../support/dev";
import { waitFor } from "../support/wait-for";

/** What a person sees who saves a file while `npm start` runs. */

const SOURCE = `const { Server } = require("socket.io");
const { suffix } = require("./suffix");
const io = new Server(3000);
let count = 0;
const names = [];
io.on("connection", (socket) => {
  let mine = 0;
  socket.on("say", (ack) => ack(["one", ++count, ++mine, suffix, process.env.GREETING]));
  socket.on("fail", () => {
    nothing.field = 1;
  });
});
`;

let project: DevProject;
let dev: Dev;
beforeAll(async () => {
  project = new DevProject({
    "server.js": SOURCE,
    "suffix.js": 'exports.suffix = "!";\n',
    ".env": "GREETING=hello\n",
  });
  dev = await Dev.start(project.file("server.js"));
});
afterAll(async () => {
  await dev?.close();
  project.remove();
});

/** Saves a file and resolves with what is printed from then on, once that holds a text. */
async function save(name: string, text: string, wanted: string | RegExp): Promise<string> {
  const from = dev.text.length;
  project.write(name, text);
  return dev.says(wanted, from);
}

test("saving a file puts new code into open connections, and keeps their memory", async () => {
  const client = dev.client();
  await new Promise((resolve) => client.once("connect", () => resolve(undefined)));
  const { id } = client;
  const lost: string[] = [];
  client.on("disconnect", (reason) => lost.push(reason));
  expect(await client.emitWithAck("say")).toEqual(["one", 1, 1, "!", "hello"]);

  const two = SOURCE.replace('"one"', '"two"');
  expect(await save("server.js", two, /^reloaded .*$/m)).toMatch(
    /^reloaded \S*server\.js in \d+ ms: 1 connection stays, \d+ variables? kept and those of 1 handler\n/,
  );
  expect(await client.emitWithAck("say")).toEqual(["two", 2, 2, "!", "hello"]);

  // A file that the application asks for, and one of its environment.
  await save("suffix.js", 'exports.suffix = "?";\n', /^reloaded \S*suffix\.js/m);
  await save(".env", "GREETING=servus\n", /^reloaded \S*\.env/m);
  expect(await client.emitWithAck("say")).toEqual(["two", 3, 3, "?", "servus"]);

  // What cannot be bundled, and what fails while it is loaded: the code of before goes on.
  const invalid = await save(
    "server.js",
    two.replace("let count = 0", "let count = = 0"),
    "the code of before goes on",
  );
  expect(dev.text.slice(0, dev.text.lastIndexOf(invalid))).toMatch(
    /server\.js:4:12:[\s\S]*let count = = 0;[\s\S]*\^/,
  );
  const thrown = await save(
    "server.js",
    two.replace("const names", "missing();\nconst names"),
    "Cannot load",
  );
  expect(thrown).toMatch(
    /^Cannot load \S*server\.js: ReferenceError: missing is not defined\n +at \S*server\.js:5:1\n/,
  );
  expect(thrown).toContain("  > 5 | missing();\n      | ^");
  await dev.says("the code of before goes on", dev.text.lastIndexOf("Cannot load"));
  expect(await client.emitWithAck("say")).toEqual(["two", 4, 4, "?", "servus"]);

  const other = SOURCE.replace('"one"', '"three"').replace("let count = 0", "let count = 40");
  expect(await save("server.js", other, /^reloaded .*$/m)).toMatch(/, 1 began anew: count\n/);
  expect(await client.emitWithAck("say")).toEqual(["three", 41, 5, "?", "servus"]);
  expect([client.id, lost]).toEqual([id, []]);
});

test("an error of a listener is shown with its line and the lines around it", async () => {
  const client = dev.client();
  const from = dev.text.length;
  client.emit("fail");
  const said = await dev.says('failed in a listener for "fail"', from);
  await waitFor(() => dev.text.includes("   11 |   });"));
  expect(dev.text).toMatch(/ReferenceError: nothing is not defined\n +at .*server\.js:10:5\)\n/);
  expect(dev.text).toContain("  > 10 |     nothing.field = 1;\n       |     ^");
  expect(said).not.toMatch(/asset\.[0-9a-f]+/);
});

test("where the stack itself becomes another, it starts anew on its port, and clients come back", async () => {
  const client = dev.client();
  await client.emitWithAck("say");
  const back = new Promise((resolve) =>
    client.once("disconnect", () => client.once("connect", () => resolve(undefined))),
  );
  const stateless = `const { Server } = require("socket.io");
const io = new Server(3000);
io.on("connection", (socket) => {
  socket.on("say", (ack) => ack("stateless"));
});
`;
  const said = await save("server.js", stateless, /^the stack differs.*$/m);
  expect(said).toMatch(
    /^the stack differs \(ordering "application" is now "connection"\): started the stack anew/,
  );
  await back;
  expect(await client.emitWithAck("say")).toEqual("stateless");
  // Files that have no part in it any more are not looked at.
  const from = dev.text.length;
  project.write("suffix.js", "nothing\n");
  await save(
    "server.js",
    stateless.replace('"stateless"', '"again"'),
    /^reloaded \S*server.js in .*: 1 connection stays|^reloaded \S*server.js in .*connections stay/m,
  );
  expect(dev.text.slice(from)).not.toContain("suffix.js");
  expect(await client.emitWithAck("say")).toEqual("again");
});
