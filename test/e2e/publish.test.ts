import { createHash } from "node:crypto";
import Ajv from "ajv/dist/2020";
import { documents } from "../../docs/schemas";
import { type RoomsEnvironment, RoomsError, roomsFrom } from "../../emitter";
import { Signer } from "../../src/aws/signer";
import { check, page } from "../../src/functions/publish/requests";
import { assembly, listen, next, TestStack, waitFor } from "../support/clients";

/** Publishing from outside: signed HTTP to the function URL of the template, and the emitter on top. */

let stack: TestStack;
let environment: RoomsEnvironment;
const ajv = new Ajv({ strict: false, allErrors: true });

beforeAll(async () => {
  stack = await TestStack.start(assembly());
  const [url] = Object.values(stack.stack.functionUrls);
  environment = { ...stack.stack.environment, ROOMS_URL: url };
  ajv.addSchema(documents()["openapi.json"] as object, "api");
});
afterAll(() => stack.close());

/** An answer, checked against the part of docs/openapi.json that describes it. */
function checked(name: string, answer: unknown): unknown {
  const validate = ajv.getSchema(`api#/components/schemas/${name}`);
  if (!validate?.(answer))
    throw new Error(`${JSON.stringify(answer)}: ${ajv.errorsText(validate?.errors)}`);
  return answer;
}

test("an emitter reaches rooms, with a receipt, and leaves out whom it excepts", async () => {
  const io = roomsFrom(environment);
  const [a, b] = [await stack.connect("/chat"), await stack.connect("/chat")];
  const json = await stack.plain("?namespace=/chat");
  for (const socket of [a, b]) await socket.emitWithAck("join", ["news"]);
  await json.act({ action: "join", namespace: "/chat", room: "news" });
  const heard = [listen(a), listen(b)];
  const receipt = await io
    .of("/chat")
    .to("news")
    .except(b.id as string)
    .emit("headline", { n: 1 });
  expect(checked("Receipt", receipt)).toEqual({
    ...{ matched: 2, delivered: 2, gone: 0, throttled: 0, failed: 0 },
  });
  expect(await json.next()).toMatchObject({ event: "headline", args: [{ n: 1 }] });
  await waitFor(() => heard[0]?.length === 1);
  expect(heard).toEqual([[["headline", { n: 1 }]], []]);
  expect(await io.of("chat").to("nowhere").emit("x")).toMatchObject({ matched: 0 });
});

test("an emitter sends bytes, which each kind of client gets as bytes", async () => {
  const io = roomsFrom(environment).of("/chat");
  const socket = await stack.connect("/chat");
  const json = await stack.plain("?namespace=/chat");
  await socket.emitWithAck("join", ["bytes"]);
  await json.act({ action: "join", namespace: "/chat", room: "bytes" });
  const came = next(socket, "photo");
  const view = new Uint8Array([9, 4, 5, 9]).subarray(1, 3);
  await io.to("bytes").emit("photo", view, { at: new DataView(view.buffer, 1, 2) }, { $bytes: 1 });
  const bytes = Buffer.from([4, 5]);
  expect(await came).toEqual([bytes, { at: bytes }, { $bytes: 1 }]);
  const base64 = bytes.toString("base64");
  expect(await json.next()).toMatchObject({
    args: [{ base64 }, { at: { base64 } }, { $bytes: 1 }],
  });
});

test("a receipt counts who is gone", async () => {
  const lost = await stack.connect("/chat");
  await lost.emitWithAck("join", ["gone"]);
  stack.stack.lose(lost.io.engine.id as string);
  const io = roomsFrom(environment);
  expect(await io.of("/chat").to("gone").emit("x")).toMatchObject({ matched: 1, gone: 1 });
  await stack.stack.idle();
  expect(await io.of("/chat").to("gone").emit("x")).toMatchObject({ matched: 0, gone: 0 });
});

test("sockets are made to join, leave and disconnect, and are listed", async () => {
  const io = roomsFrom(environment).of("/chat");
  const socket = await stack.connect("/chat");
  const id = socket.id as string;
  await io.in(id).socketsJoin(["x", "y"]);
  await io.in(id).socketsLeave("y");
  const [details] = await io.in(id).fetchSockets();
  expect(details).toMatchObject({
    id,
    rooms: expect.arrayContaining([id, "x"]),
    data: { connects: 1 },
  });
  expect(details?.rooms).toHaveLength(2);
  expect((await io.countRooms()).get("x")).toBe(1);
  const ended = next(socket, "disconnect");
  await io.to("x").disconnectSockets();
  expect(await ended).toEqual(["io server disconnect", undefined]);
});

describe("plain HTTP", () => {
  const request = async (method: string, path: string, body?: string) => {
    const url = new URL(path, environment.ROOMS_URL);
    const credentials = {
      accessKeyId: environment.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY as string,
      sessionToken: environment.AWS_SESSION_TOKEN as string,
    };
    const signer = new Signer({
      ...{ region: "us-east-1", service: "lambda", host: url.host, now: Date.now },
      credentials: () => credentials,
    });
    const sha256 = createHash("sha256")
      .update(body ?? "")
      .digest("hex");
    const headers = signer.sign({ method: method as "GET", path: url.pathname, sha256 });
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: answer.status, body: (await answer.json()) as Record<string, never> };
  };

  test("posts to one room and lists rooms and members", async () => {
    const socket = await stack.connect("/chat");
    await socket.emitWithAck("join", ["a/b c"]);
    const heard = next(socket, "hi");
    const path = `/rooms/${encodeURIComponent("/chat")}/${encodeURIComponent("a/b c")}`;
    const posted = await request("POST", path, '{"event":"hi","args":["you"]}');
    expect(posted.status).toBe(200);
    expect(checked("Receipt", posted.body)).toMatchObject({ matched: 1, delivered: 1 });
    expect(await heard).toEqual(["you"]);
    const members = await request("GET", path);
    expect(checked("Members", members.body)).toEqual({ count: 1, members: [socket.id] });
    const rooms = await request("GET", "/rooms/chat");
    checked("Rooms", rooms.body);
    expect(rooms.body.rooms).toContainEqual({ room: "a/b c", members: 1 });
  });

  test.each([
    ["POST", "/emit", "{", 400, "bad_request", /body of JSON/],
    ["POST", "/emit", "{}", 400, "bad_request", /Cannot emit: expected `event`, got nothing/],
    ["POST", "/emit", '{"event":"connect"}', 400, "bad_request", /reserved/],
    ["POST", "/emit", '{"event":"e","room":"x"}', 400, "bad_request", /room/],
    ["POST", "/emit", '{"event":"e","namespace":"/no"}', 404, "invalid_namespace", /"\/no"/],
    ["POST", "/sockets/join", "{}", 400, "bad_request", /`join`/],
    ["POST", "/emit", '{"event":"rooms:joined"}', 400, "bad_request", /rooms:/],
    [
      "POST",
      "/emit",
      `{"event":"e","args":["${"x".repeat(131_072)}"]}`,
      413,
      "too_large",
      /131072/,
    ],
    ["GET", "/emit", undefined, 405, "not_found", /Expected POST/],
    ["GET", "/nowhere", undefined, 404, "not_found", /nowhere/],
    ["POST", "/rooms/%E0/x", "{}", 400, "bad_request", /decoded/],
  ])("%s %s %s is refused with %d %s", async (method, path, body, status, code, message) => {
    const answer = await request(method, path, body);
    expect(answer.status).toBe(status);
    expect(checked("Error", answer.body)).toMatchObject({ error: { code } });
    expect((answer.body.error as { message: string } | undefined)?.message).toMatch(message);
  });

  test("IAM rejects an unsigned request before the function runs", async () => {
    const url = new URL("/emit", environment.ROOMS_URL);
    const answer = await fetch(url, { method: "POST", body: '{"event":"e"}' });
    expect(answer.status).toBe(403);
    const wrong = roomsFrom({ ...environment, AWS_SECRET_ACCESS_KEY: "wrong" }).emit("e");
    await expect(wrong).rejects.toMatchObject({ status: 403, code: "forbidden" });
    await expect(wrong).rejects.toBeInstanceOf(RoomsError);
  });
});

test("a page is asked for in words that say what is wrong", () => {
  const limit = (value: string) => () => check("list members", page, { limit: value });
  expect(limit("7")()).toEqual({ limit: 7 });
  for (const wrong of ["0", "1001", "x", ""]) {
    expect(limit(wrong)).toThrow("limit must be a whole number from 1 to 1000");
  }
});

test("an emitter says which variable is missing", () => {
  expect(() => roomsFrom({})).toThrow("expected environment variable AWS_ACCESS_KEY_ID");
});
