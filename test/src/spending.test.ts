import type { Server } from "socket.io";
import { addressOf } from "../../src/gateway/address";
import type { Spendings } from "../../src/ports";
import { Allowance } from "../../src/spending/allowance";
import { CHARGES } from "../../src/spending/charges";
import { networkOf } from "../../src/spending/network";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import { World } from "../support/world";

const warnings = jest.spyOn(console, "warn").mockImplementation();
const errors = jest.spyOn(console, "error").mockImplementation();
let world: World;
afterEach(() => world?.close());
beforeEach(() => {
  warnings.mockClear();
  errors.mockClear();
});

/** What was written, by network and hour. */
class Sums implements Spendings {
  readonly sums = new Map<string, number>();
  writes = 0;

  async add(network: string, hour: number, amount: number): Promise<number> {
    this.writes++;
    const key = `${network} ${hour}`;
    const sum = (this.sums.get(key) ?? 0) + amount;
    this.sums.set(key, sum);
    return sum;
  }
}

/** An hour in which no test ends. */
let now = 1_800_000_000_000;
beforeEach(() => jest.spyOn(Date, "now").mockImplementation(() => now));
afterEach(() => jest.spyOn(Date, "now").mockRestore());

describe("an allowance", () => {
  test("is right on average, however many containers count, at one write for 500 frames", async () => {
    const sums = new Sums();
    const containers = Array.from({ length: 20 }, () => new Allowance(sums, 1e9));
    for (let n = 0; n < 100_000; n++) {
      await containers[n % 20]?.spend("198.51.100.1", CHARGES.frame);
    }
    const [sum] = [...sums.sums.values()];
    expect(sum).toBeGreaterThan(100_000 * CHARGES.frame * 0.6);
    expect(sum).toBeLessThan(100_000 * CHARGES.frame * 1.4);
    expect(sums.writes).toBeLessThan(300);
  });

  test("that is spent refuses its address at no cost, and others not", async () => {
    const sums = new Sums();
    const allowance = new Allowance(sums, 0.01, () => 0);
    for (let n = 0; n < 5; n++) expect(await allowance.spend("198.51.100.1", 4)).toBe(true);
    expect(await allowance.spend("198.51.100.1", 4)).toBe(false);
    expect(allowance.isSpent("198.51.100.1")).toBe(true);
    const { writes } = sums;
    expect(await allowance.spend("198.51.100.1", 4)).toBe(false);
    expect(sums.writes).toBe(writes);
    expect(await allowance.spend("198.51.100.2", 4)).toBe(true);
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  test("is a new one in the next hour", async () => {
    const allowance = new Allowance(new Sums(), 0.001, () => 1);
    expect(await allowance.spend("198.51.100.1", 5000)).toBe(false);
    now += 60 * 60 * 1000;
    expect(allowance.isSpent("198.51.100.1")).toBe(false);
    expect(await allowance.spend("198.51.100.1", 500)).toBe(true);
  });

  test("turns no client away while the table is", async () => {
    const broken = { add: async () => Promise.reject(new Error("throttled")) };
    expect(await new Allowance(broken, 0.001).spend("198.51.100.1", 5000)).toBe(true);
    expect(errors).toHaveBeenCalledTimes(1);
  });
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001::6", "2001:db8:1:0::/64"],
  ["2001:db8::", "2001:db8:0:0::/64"],
  ["::1", undefined],
  ["127.0.0.1", undefined],
  ["", undefined],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe("an address that a proxy tells", () => {
  const event = (name: string, value: string) => ({
    headers: { [name]: value },
    requestContext: { identity: { sourceIp: "192.0.2.1" } },
  });
  test.each([
    ["CloudFront-Viewer-Address", "198.51.100.10:46532", "198.51.100.10"],
    ["CloudFront-Viewer-Address", "2001:db8:85a3:1::7334:443", "2001:db8:85a3:1::7334"],
    ["CloudFront-Viewer-Address", "[2001:db8::1]:443", "2001:db8::1"],
    ["CF-Connecting-IP", "2001:db8::1", "2001:db8::1"],
    ["CF-Connecting-IP", "anything else", "192.0.2.1"],
  ])("in %s as %s is %s", (name, value, address) => {
    expect(addressOf(event(name, value), name.toLowerCase())).toBe(address);
  });

  test("is not looked for unless asked, nor missed", () => {
    expect(addressOf(event("CF-Connecting-IP", "198.51.100.10"), undefined)).toBe("192.0.2.1");
    expect(addressOf(event("Other", "198.51.100.10"), "cf-connecting-ip")).toBe("192.0.2.1");
  });
});

describe("the connections of one address", () => {
  const setup = (io: Server) => {
    io.on("connection", (socket) => {
      socket.join("room");
      socket.on("say", (text) => io.to("room").emit("said", text));
      socket.on("disconnecting", () => io.to("room").emit("left"));
    });
  };

  /** A world in which each event of more than its share of luck costs 2,000 millionths. */
  async function start(dollars: number): Promise<void> {
    await startIn(await World.of(setup), dollars);
  }

  /** The same in a table of DynamoDB. */
  async function startOnTable(dollars: number): Promise<World<TestTable>> {
    const onTable = await worldOnTable(setup);
    await startIn(onTable, dollars);
    return onTable;
  }

  async function startIn(started: World, dollars: number): Promise<void> {
    world = started;
    await world.connect("victim=");
    world.address = "198.51.100.66";
    for (let n = 0; n < 4; n++) await world.connect(`a${n}=`);
    world.allowance = new Allowance(world.table.spendings, dollars, () => 0);
    for (const id of ["victim=", "a0=", "a1=", "a2=", "a3="]) world.take(id);
  }

  test("share one allowance: when it is spent, each is cut off at its next frame, and no other client", async () => {
    await start(0.004);
    await world.emit("a0=", "nothing");
    await world.emit("a1=", "nothing");
    expect([...world.gone]).toEqual([]);
    await world.emit("a2=", "nothing");
    await world.emit("a3=", "nothing");
    await world.emit("a0=", "nothing");
    expect([...world.gone].sort()).toEqual(["a0=", "a2=", "a3="]);
    expect(world.take("a3=")).toContain("41");
    await world.emit("victim=", "say", "hi");
    expect(
      world.events("victim=").filter((event) => (event as string[])[0] === "said"),
    ).toHaveLength(1);
    expect(world.gone.has("victim=")).toBe(false);
  });

  test("are refused a broadcast before it is sent, and others hear that they left", async () => {
    await start(0.001);
    await world.emit("a0=", "say", "too much");
    expect(world.events("victim=")).toEqual([["left"]]);
    expect(world.gone.has("a0=")).toBe(true);
    const [{ error }] = errors.mock.calls[0] as [{ error: string }];
    expect(error).toContain("expected less traffic from one network address in an hour, got more");
  });

  test("are charged for pongs and for acks", async () => {
    await start(0.001);
    const pong = {
      type: "frame",
      connectionId: "a0=",
      requestId: "7",
      at: now,
      body: "Mw==",
    } as const;
    await world.handle("a0=", [{ ...pong, weight: 5 }]);
    await world.handle("a0=", [{ ...pong, weight: 5 }]);
    expect(world.gone.has("a0=")).toBe(true);
    now += 60 * 60 * 1000;
    await world.acks("a1=", "430[]");
    expect(world.gone.has("a1=")).toBe(true);
  });

  test("that flood cost a tenth of it each, for what was not counted of the flood", async () => {
    const { table } = await startOnTable(1);
    world.limits = { framesPerSecond: 1, burstSeconds: 3 };
    const flood = Array<string>(5).fill('42["nothing"]');
    await world.frames("a0=", ...flood);
    await world.acks("a1=", ...Array<string>(5).fill("430[]"));
    expect([...world.gone].sort()).toEqual(["a0=", "a1="]);
    const items = await table.items();
    const [{ n }] = items.filter(({ p }) => String(p).startsWith("z")) as [{ n: number }];
    expect(n).toBeGreaterThanOrEqual(200_000);
    expect(n).toBeLessThan(230_000);
  });

  test("leave one small item for the hour, which expires with it", async () => {
    const { table } = await startOnTable(1);
    await world.emit("a0=", "nothing");
    await world.emit("a1=", "nothing");
    const items = await table.items();
    const hour = Math.floor(now / 3_600_000);
    expect(items.filter(({ p }) => String(p).startsWith("z"))).toEqual([
      { p: "z198.51.100.66", s: String(hour), n: 4000, e: (hour + 1) * 3600 },
    ]);
  });
});

test("a client is charged for each log that keeps its packet", async () => {
  world = await World.of(
    (io) =>
      io.on("connection", (socket) =>
        socket.on("say", (rooms, text) => io.to(rooms).emit("news", text)),
      ),
    { connectionStateRecovery: {} },
  );
  await world.connect("a=");
  const costs: number[] = [];
  world.allowance = new Allowance(new Sums(), 1);
  jest.spyOn(world.allowance, "spend").mockImplementation(async (_, cost) => costs.push(cost) > 0);
  await world.emit("a=", "say", ["r", "s", "t"], "x".repeat(20_000));
  const kilobytes = 3 * 20;
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeGreaterThan(
    CHARGES.frame + kilobytes * CHARGES.kilobyteLogged,
  );
});
