import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { roomsFrom } from "../../emitter";
import { assembly, TestStack, waitFor } from "../support/clients";

/** Each function's role, enforced on real calls: what is missing fails, and nothing is left over. */

/** Needed after crashes, or by applications with features that this one has not. */
const RARE = [
  // What an address spends is written for one connect in twenty or so, and never for this machine's own address.
  "Connect dynamodb:UpdateItem",
  // A mark of a session that was never restored to its end is removed after a minute.
  "FanOut dynamodb:DeleteItem",
  // What failed comes back soon.
  "Lane sqs:ChangeMessageVisibility",
  "FanOut sqs:ChangeMessageVisibility",
  // An event that ends its container becomes a dead letter.
  "Lane sqs:SendMessage RoomsLanesDeadLetters",
  // Recovery logs what is published.
  "Publish dynamodb:PutItem",
  // A dynamic namespace that the container has not seen is looked up.
  "Publish dynamodb:GetItem",
];

test("every permission is needed", async () => {
  const test_ = await TestStack.start(assembly("ASSEMBLY_OF_LARGE_ROOMS"));
  try {
    const clients = await Promise.all(Array.from({ length: 12 }, () => test_.connect()));
    const [first, second, third, fourth, fifth, sixth] = clients as [
      ...[Client, Client, Client, Client, Client, Client],
      ...Client[],
    ];
    await Promise.all(clients.map((client) => client.emitWithAck("join", ["big"])));
    await first.emitWithAck("who", "big");
    // Gone without `$disconnect`: found by the worker of a large broadcast, by a small one, and by the heartbeat.
    test_.stack.lose(second.io.engine.id as string);
    await first.emitWithAck("emit", { via: "io", to: ["big"], event: "hi", args: [] });
    await test_.stack.idle();
    await third.emitWithAck("join", ["small"]);
    test_.stack.lose(third.io.engine.id as string);
    await first.emitWithAck("emit", { via: "io", to: ["small"], event: "hi", args: [] });
    await test_.stack.idle();
    test_.stack.lose(fourth.io.engine.id as string);
    await test_.stack.runSchedules();
    fifth.emit("kick me");
    sixth.disconnect();
    await test_.stack.idle();
    await first.emitWithAck("join", ["few"]);
    await publish(test_);
    await member(test_);
    await test_.stack.idle();
    const unused = test_.stack.unusedPermissions().map(({ role, action, resource }) => {
      const name = role.replace(/^RoomsFunctions(.+)Role[0-9A-F]{8}$/, "$1");
      return [`${name} ${action}`, resource] as const;
    });
    const isRare = (grant: string) => RARE.some((rare) => grant.startsWith(rare));
    expect(unused.filter((grant) => !isRare(grant.join(" ").replace(/arn:.*:/, "")))).toEqual([]);
  } finally {
    await test_.close();
  }
});

type Client = Awaited<ReturnType<TestStack["connect"]>>;

/** Everything that code outside may ask for. */
async function publish({ stack }: TestStack): Promise<void> {
  const [ROOMS_URL] = Object.values(stack.functionUrls);
  const io = roomsFrom({ ...stack.environment, ROOMS_URL });
  await io.to("big").emit("hi");
  await io.to("few").emit("hi");
  await io.to("big").socketsJoin("other");
  await io.to("other").emit("hi");
  await io.to("big").fetchSockets();
  await io.to("other").socketsLeave("other");
  await io.to("big").disconnectSockets();
}

/** A managed room whose member leaves and may come back. */
async function member(test_: TestStack): Promise<void> {
  const json = await test_.plain("?namespace=/team", false);
  await json.act({ action: "join", namespace: "/team", room: "team.a" });
  json.close();
}

test("a function that lacks one is refused as AWS would", async () => {
  const directory = await mkdtemp(path.join(process.env.TEST_ASSEMBLIES as string, "denied-"));
  await cp(assembly(), directory, { recursive: true });
  const files = await readdir(directory);
  const template = path.join(
    directory,
    files.find((name) => name.endsWith(".template.json")) as string,
  );
  const text = await readFile(template, "utf8");
  await writeFile(template, text.replace(/,\s*"dynamodb:UpdateItem"/g, ""));
  const test_ = await TestStack.start(directory);
  try {
    const client = test_.client();
    await waitFor(() =>
      test_.log.some(({ text: line }) =>
        /not authorized to perform: dynamodb:UpdateItem/.test(line),
      ),
    );
    client.close();
  } finally {
    await test_.close();
    await rm(directory, { recursive: true, force: true });
  }
});
