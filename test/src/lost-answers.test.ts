import { DynamoDBDocumentClient, type UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Member } from "../../src/ports";
import { World } from "../support/world";

/** Writes that were carried out and whose answers got lost, so that the SDK sends them again. */

let world: World;
beforeEach(async () => {
  world = await World.of((io) => void io.on("connection", () => {}));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await world.close();
});

/** The first update that does this is carried out twice; its caller sees the second answer. */
function repeat(text: string): void {
  const { send } = DynamoDBDocumentClient.prototype;
  let isDone = false;
  jest.spyOn(DynamoDBDocumentClient.prototype, "send").mockImplementation(async function (
    this: DynamoDBDocumentClient,
    command: unknown,
  ) {
    const { UpdateExpression: update = "" } = (command as UpdateCommand).input;
    if (!isDone && update.includes(text)) {
      isDone = true;
      await Reflect.apply(send, this, [command]);
    }
    return Reflect.apply(send, this, [command]);
  } as never);
}

test("a socket whose first write was repeated is a member", async () => {
  repeat("SET #s = :s");
  const id = await world.connect("a=");
  expect(id).not.toBe("");
  const found: Member[] = [];
  for await (const page of world.table.store.everyone("/")) found.push(...page);
  expect(found.map(({ socketId }) => socketId)).toEqual([id]);
});

test("a namespace that another socket has taken stays taken", async () => {
  const id = await world.connect("a=");
  const { sockets } = (await world.table.store.load("a=")) ?? {};
  const socket = sockets?.get("/");
  const address = { namespace: "/", connectionId: "a=", protocol: "socket.io" as const };
  if (!socket) throw new Error(`Cannot go on: expected socket ${id} in the table, got none`);
  const other = { ...socket, id: "another" };
  expect(await world.table.store.addSocket({ ...address, socketId: "another" }, other)).toBe(false);
});
