import { sessionIdOf } from "../../../src/session-id";
import { address, connect, PID, recoverable } from "./records";
import { passTime, type Setup, useStore } from "./setup";

export function testSessions(setup: Setup): void {
  describe("sessions", () => {
    const stores = useStore(setup);
    const id = sessionIdOf(PID);
    const hearing = { after: "1", joined: new Map([["tag", "2"]]), left: "3" };
    const session = { id: "socket-1", rooms: ["socket-1", "a", 5], data: { n: [1] }, hearing };
    const read = () => stores().sessions.read("/chat", id);
    /** One whose connection broke. */
    const break_ = async () => {
      await connect(stores(), recoverable);
      await stores().sessions.end(address, PID, session);
    };

    test("are not there for a socket without a private id, nor in another namespace", async () => {
      await connect(stores(), recoverable);
      expect(await stores().sessions.read("/", id)).toBeUndefined();
      expect(await stores().sessions.read("/chat", PID)).toBeUndefined();
      expect(await stores().sessions.claim("/chat", "unknown", "c2=")).toBeUndefined();
    });

    test("are connected with their sockets, and know what these were sent", async () => {
      await connect(stores(), recoverable);
      expect(await read()).toEqual({
        ...{ state: "connected", connectionId: "c1=", inFlightOffsets: new Set() },
      });
      await stores().store.removeSocket(address, []);
      await stores().store.addSocket(address, recoverable, ["3", "5"]);
      expect(await read()).toMatchObject({ inFlightOffsets: new Set(["3", "5"]) });
    });

    test("cannot be claimed while their connection lives", async () => {
      await connect(stores(), recoverable);
      expect(await stores().sessions.claim("/chat", id, "c2=")).toBeUndefined();
      expect(await stores().sessions.claim("/chat", id, "c2=", "c1=")).toBeUndefined();
      expect(await read()).toMatchObject({ state: "connected", connectionId: "c1=" });
    });

    test("end when their connection breaks, and know when", async () => {
      const before = Date.now();
      await break_();
      const found = await read();
      expect(found).toEqual({ state: "ended", endedAt: expect.any(Number) });
      expect(found).toMatchObject({ state: "ended" });
      const { endedAt } = found as { endedAt: number };
      expect(endedAt).toBeGreaterThanOrEqual(before);
      expect(endedAt).toBeLessThanOrEqual(Date.now());
    });

    test("do not end when another connection has taken them over", async () => {
      await connect(stores(), recoverable);
      await stores().sessions.end({ ...address, connectionId: "c0=" }, PID, session);
      expect(await read()).toMatchObject({ state: "connected", connectionId: "c1=" });
      await stores().sessions.end(address, "another private id", session);
      expect(await read()).toMatchObject({ state: "connected", connectionId: "c1=" });
    });

    test("are claimed as they were left", async () => {
      await break_();
      expect(await stores().sessions.claim("/chat", id, "c2=")).toEqual(session);
      expect(await read()).toEqual({
        state: "restoring",
        connectionId: "c2=",
        since: expect.any(Number),
        endedAt: expect.any(Number),
      });
    });

    test("are claimed by one of many that ask at once", async () => {
      await break_();
      const claims = await Promise.all(
        ["c2=", "c3=", "c4="].map((by) => stores().sessions.claim("/chat", id, by)),
      );
      expect(claims.filter((claim) => claim !== undefined)).toEqual([session]);
    });

    test("are claimed from whom the caller has seen restoring them, and from no other", async () => {
      await break_();
      const { sessions } = stores();
      await sessions.claim("/chat", id, "c2=");
      expect(await sessions.claim("/chat", id, "c3=")).toBeUndefined();
      expect(await sessions.claim("/chat", id, "c3=", "c0=")).toBeUndefined();
      expect(await sessions.claim("/chat", id, "c3=", "c2=")).toEqual(session);
      expect(await read()).toMatchObject({ state: "restoring", connectionId: "c3=" });
    });

    test("that are given back are free again, with the time of their end", async () => {
      await break_();
      const { sessions } = stores();
      const ended = await read();
      passTime(5000);
      await sessions.claim("/chat", id, "c2=");
      await sessions.release("/chat", id, "c3=");
      expect(await read()).toMatchObject({ state: "restoring", connectionId: "c2=" });
      await sessions.release("/chat", id, "c2=");
      expect(await read()).toEqual(ended);
      expect(await sessions.claim("/chat", id, "c3=")).toEqual(session);
    });

    test("that are forgotten are gone; only who has claimed one may forget it", async () => {
      await break_();
      const { sessions } = stores();
      await sessions.forget("/chat", id, "c2=");
      await sessions.claim("/chat", id, "c2=");
      await sessions.forget("/chat", id, "c3=");
      expect(await read()).toMatchObject({ state: "restoring" });
      await sessions.forget("/chat", id, "c2=");
      expect(await read()).toBeUndefined();
      expect(await sessions.claim("/chat", id, "c4=")).toBeUndefined();
    });

    test("that go on are connected: neither given back nor forgotten, and may end again", async () => {
      await break_();
      const { sessions, store } = stores();
      await sessions.claim("/chat", id, "c2=");
      const elsewhere = { ...address, connectionId: "c2=" };
      await store.completeSocket(elsewhere, { rooms: new Set(["a"]), pid: PID });
      await sessions.release("/chat", id, "c2=");
      await sessions.forget("/chat", id, "c2=");
      expect(await read()).toMatchObject({ state: "connected", connectionId: "c2=" });
      await sessions.end(elsewhere, PID, { ...session, data: {} });
      expect(await sessions.claim("/chat", id, "c3=")).toEqual({ ...session, data: {} });
    });

    test("of an earlier version have no times of joins", async () => {
      await connect(stores(), recoverable);
      const { hearing: _, ...old } = session;
      await stores().sessions.end(address, PID, old);
      expect(await stores().sessions.claim("/chat", id, "c2=")).toEqual(old);
    });

    test("are apart from what their callers do with them later", async () => {
      await break_();
      const claimed = await stores().sessions.claim("/chat", id, "c2=");
      Object.assign(claimed?.data ?? {}, { n: [2] });
      await stores().sessions.release("/chat", id, "c2=");
      expect(await stores().sessions.claim("/chat", id, "c3=")).toEqual(session);
    });
  });
}
