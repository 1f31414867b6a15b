import type { Room } from "../../../src/ports";
import { sessionIdOf } from "../../../src/session-id";
import { address, connect, connection, load, loadRooms, PID, recoverable, socket } from "./records";
import { dieAtEachWrite, idsOf, type Setup, type StoreUnderTest } from "./setup";

/** What a function leaves behind that dies between two writes, and how the next try completes it. */
export function testCrashes(setup: Setup): void {
  const members = ({ store }: StoreUnderTest, room: Room) => idsOf(store.members("/chat", room));

  /** A room that the connection names has its membership: broadcasts reach a socket in every room that it knows. */
  async function expectMembersOfRooms(stores: StoreUnderTest): Promise<void> {
    for (const room of await loadRooms(stores)) {
      expect([room, await members(stores, room)]).toEqual([room, ["socket-1"]]);
    }
  }

  describe("after a crash between two writes", () => {
    test("of a connect, the event that comes again completes the socket", async () => {
      await dieAtEachWrite(
        setup,
        ({ store }) => store.open(connection),
        ({ store }) => store.addSocket(address, recoverable),
        async (stores, hasDied) => {
          const { store, sessions } = stores;
          // The connection knows it first. So what comes again finds out what is left to do.
          if (await load(stores)) await store.completeSocket(address, recoverable);
          else if (hasDied) expect(await store.addSocket(address, recoverable)).toBe(true);
          await expectMembersOfRooms(stores);
          expect(await loadRooms(stores)).toEqual(["socket-1", "a"]);
          expect(await idsOf(store.everyone("/chat"))).toEqual(["socket-1"]);
          expect(await sessions.read("/chat", sessionIdOf(PID))).toMatchObject({
            ...{ state: "connected", connectionId: "c1=" },
          });
        },
      );
    });

    test("of a join, the connection names no room without its membership, and a second join completes it", async () => {
      const rooms = Array.from({ length: 60 }, (_, n) => `room ${n}`);
      await dieAtEachWrite(
        setup,
        (stores) => connect(stores),
        ({ store }) => store.join(address, rooms),
        async (stores) => {
          await expectMembersOfRooms(stores);
          await stores.store.join(address, rooms);
          await expectMembersOfRooms(stores);
          expect(await loadRooms(stores)).toHaveLength(62);
        },
      );
    });

    test("of a leave, the connection names no room without its membership, and a second leave completes it", async () => {
      const rooms = Array.from({ length: 60 }, (_, n) => `room ${n}`);
      await dieAtEachWrite(
        setup,
        async (stores) => {
          await connect(stores);
          await stores.store.join(address, rooms);
        },
        ({ store }) => store.leave(address, rooms),
        async (stores) => {
          await expectMembersOfRooms(stores);
          await stores.store.leave(address, rooms);
          expect(await loadRooms(stores)).toEqual(["socket-1", "a"]);
          for (const room of rooms) expect(await members(stores, room)).toEqual([]);
        },
      );
    });

    test("of a join that fails otherwise, no membership is left", async () => {
      const stores = await setup();
      await connect(stores);
      const rooms = ["b", "x".repeat(3000)];
      await expect(stores.store.join(address, rooms)).rejects.toThrow(RangeError);
      expect(await members(stores, "b")).toEqual([]);
      await stores.close();
    });

    test("of a socket's end, a second end leaves nothing but the connection", async () => {
      await dieAtEachWrite(
        setup,
        async (stores) => {
          await connect(stores);
          await stores.store.join(address, ["from elsewhere"]);
        },
        async ({ store }) => {
          await store.removeMemberships(address, ["socket-1", "a"]);
          await store.removeSocket(address, ["socket-1", "a"]);
        },
        async (stores) => {
          const { store } = stores;
          const isKnown = (await load(stores)) !== undefined;
          await store.removeMemberships(address, ["socket-1", "a"], true);
          await store.removeSocket(address, ["socket-1", "a"]);
          // At worst a membership of a socket that has ended is left, until a post to it is answered 410.
          if (!isKnown) {
            const member = { ...address, room: "from elsewhere" };
            await store.forget(member);
          }
          expect(await load(stores)).toBeUndefined();
          expect(await stores.size()).toBe(1);
        },
      );
    });

    test("of a close, a life has not ended, or its memberships can be forgotten", async () => {
      await dieAtEachWrite(
        setup,
        (stores) => connect(stores),
        ({ store }) => store.close("c1="),
        async (stores) => {
          const { store } = stores;
          if (await load(stores)) {
            expect(await store.close("c1=")).toHaveLength(1);
          } else {
            expect(await store.close("c1=")).toBeUndefined();
            for (const room of ["socket-1", "a", undefined]) {
              const { namespace, socketId, connectionId } = address;
              const gone = { namespace, socketId, connectionId };
              await store.forget(room === undefined ? gone : { ...gone, room });
            }
          }
          expect(await stores.size()).toBe(0);
        },
      );
    });

    test("of keeping apart, everything is still there", async () => {
      const large = { ...socket.state, data: { text: "x".repeat(20_000) } };
      for (const writes of [0, 1, 2]) {
        const stores = await setup();
        await connect(stores);
        await stores.store.saveState(address, large);
        stores.writes.dieAfter(writes);
        await stores.store.spread("c1=").catch(() => {});
        stores.writes.revive();
        expect(await load(stores)).toEqual({ ...socket, state: large });
        await stores.store.spread("c1=");
        expect(await load(stores)).toEqual({ ...socket, state: large });
        await stores.close();
      }
    });

    test("of a packet's logging, a second try logs it everywhere once", async () => {
      const packet = { offset: "5", encoded: ["text"], except: [] };
      const audience = ["a", "b", undefined];
      await dieAtEachWrite(
        setup,
        async () => {},
        ({ log }) => log.append("/chat", audience, packet, 1000),
        async ({ log }) => {
          await log.append("/chat", audience, packet, 1000);
          for (const room of audience) {
            const found = [];
            for await (const page of log.since("/chat", room, "0")) found.push(...page.packets);
            expect(found).toEqual([packet]);
          }
        },
      );
    });
  });
}
