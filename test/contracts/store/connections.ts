import type { ConnectionRecord } from "../../../src/ports";
import { address, connect, connection, load, loadRooms, socket } from "./records";
import { all, idsOf, type Setup, useStore } from "./setup";

export function testConnections(setup: Setup): void {
  describe("connections and sockets", () => {
    const stores = useStore(setup);

    test("come back as they were stored, and nothing for an unknown connection", async () => {
      await connect(stores());
      const { spareBytes: _, ...found } = (await stores().store.load("c1=")) as ConnectionRecord;
      expect(found).toEqual({ ...connection, sockets: new Map([["/chat", socket]]) });
      expect(await stores().store.load("c2=")).toBeUndefined();
    });

    test("are apart from what their callers do with them later", async () => {
      const data = { list: [1] };
      await connect(stores(), { ...socket, state: { ...socket.state, data } });
      data.list.push(2);
      const found = (await load(stores()))?.state.data ?? {};
      expect(found).toEqual({ list: [1] });
      (found as typeof data).list.push(3);
      expect((await load(stores()))?.state.data).toEqual({ list: [1] });
    });

    test("all optional properties of a socket come back, and none that was absent", async () => {
      const full = {
        ...{ ...socket, pid: "p", recovered: true, once: ["x:1"] },
        hearing: {
          after: "1",
          joined: new Map([["tag", "2"]]),
          left: "3",
          until: 1_900_000_000,
          deaf: ["4", "5"] as const,
          resentUntil: "6",
          repeats: 2,
        },
        state: {
          data: { claims: { exp: 1_900_000_000 } },
          properties: {},
          hasNoEndListener: false,
          removed: { x: [0, 2] },
          handshake: { user: "ada" },
          shared: { conn: { n: 1 } },
          keptAcks: [["x", ["AA==", null]]] as const,
        },
      };
      await connect(stores(), full as never);
      // Until when it hears is that of its token.
      expect(await load(stores())).toEqual({ ...full, until: 1_900_000_000 });
    });

    test("a socket's own room comes first", async () => {
      await connect(stores(), { ...socket, rooms: new Set(["Z", "a", "socket-1", 1]) });
      expect((await loadRooms(stores()))[0]).toBe("socket-1");
      expect(new Set(await loadRooms(stores()))).toEqual(new Set(["socket-1", "Z", "a", 1]));
    });

    test("a client's first CONNECT shows its protocol", async () => {
      await stores().store.open({ ...connection, protocol: "socket.io" });
      await stores().store.addSocket({ ...address, protocol: "single" }, socket);
      expect(await stores().store.load("c1=")).toMatchObject({ protocol: "single" });
    });

    test("a connection that is opened again has no socket", async () => {
      await connect(stores());
      await stores().store.open(connection);
      expect((await stores().store.load("c1="))?.sockets.size).toBe(0);
    });

    test("a connection that has ended takes no socket, and keeps nothing", async () => {
      expect(await stores().store.addSocket(address, socket)).toBe(false);
      await stores().store.saveReceiveState("c1=", { busyUntil: 1 });
      await stores().store.saveState(address, socket.state);
      await stores().store.saveHearing(address, { after: "1", joined: new Map() });
      expect(await stores().store.spread("c1=")).toBeUndefined();
      expect(await stores().size()).toBe(0);
    });

    test("a namespace that is taken takes no other socket, nor the same again", async () => {
      await connect(stores());
      const other = { ...address, socketId: "socket-2" };
      expect(await stores().store.addSocket(other, { ...socket, id: "socket-2" })).toBe(false);
      expect(await stores().store.addSocket(address, socket)).toBe(false);
      expect(await load(stores())).toEqual(socket);
      expect(await idsOf(stores().store.everyone("/chat"))).toEqual(["socket-1"]);
    });

    test("several namespaces have a socket each, which end one by one", async () => {
      await connect(stores());
      const other = { ...address, namespace: "/", socketId: "socket-2" };
      await stores().store.addSocket(other, { ...socket, id: "socket-2" });
      expect([...((await stores().store.load("c1="))?.sockets.keys() ?? [])].sort()).toEqual([
        "/",
        "/chat",
      ]);
      await stores().store.removeSocket(address, []);
      expect([...((await stores().store.load("c1="))?.sockets.keys() ?? [])]).toEqual(["/"]);
    });

    test("a batch of connections holds those that have not ended, each once", async () => {
      for (const id of ["c1=", "c2="]) await stores().store.open({ ...connection, id });
      const found = await stores().store.loadMany(["c1=", "c3=", "c2=", "c1="]);
      expect([...found.keys()].sort()).toEqual(["c1=", "c2="]);
      expect(found.get("c2=")).toMatchObject({ handshake: connection.handshake });
      expect((await stores().store.loadMany([])).size).toBe(0);
    });

    test("a list holds every connection for the heartbeat", async () => {
      for (const id of ["c1=", "c2=", "c3="]) await stores().store.open({ ...connection, id });
      const listed = await all(stores().store.connections());
      expect(listed.map(({ id }) => id).sort()).toEqual(["c1=", "c2=", "c3="]);
    });
  });

  describe("what is kept between events", () => {
    const stores = useStore(setup);

    test("state is replaced as a whole", async () => {
      await connect(stores());
      const state = { data: { n: 1 }, properties: {}, hasNoEndListener: false };
      await stores().store.saveState(address, state);
      expect((await load(stores()))?.state).toEqual(state);
    });

    test("until when a socket hears follows its state", async () => {
      await connect(stores());
      const { state } = socket;
      const claims = { exp: 1_900_000_000 };
      await stores().store.saveState(address, { ...state, data: { claims } });
      expect(await load(stores())).toMatchObject({ until: 1_900_000_000 });
      await stores().store.saveState(address, state);
      expect(await load(stores())).toEqual(socket);
    });

    test("what sockets of a connection share is the same for all of them", async () => {
      await connect(stores());
      const other = { ...address, namespace: "/", socketId: "socket-2" };
      await stores().store.addSocket(other, { ...socket, id: "socket-2" });
      await stores().store.saveState(other, { ...socket.state, shared: { conn: { user: 1 } } });
      expect((await load(stores()))?.state).toMatchObject({ shared: { conn: { user: 1 } } });
    });

    test("state that is too large is refused with a RangeError, and the state before stays", async () => {
      await connect(stores());
      const data = { text: "x".repeat(500_000) };
      const save = stores().store.saveState(address, { ...socket.state, data });
      await expect(save).rejects.toThrow(RangeError);
      expect(await load(stores())).toEqual(socket);
    });

    test("state that JSON cannot say is refused with a TypeError", async () => {
      await connect(stores());
      const save = stores().store.saveState(address, { ...socket.state, data: { n: 1n } });
      await expect(save).rejects.toThrow(TypeError);
      expect(await load(stores())).toEqual(socket);
    });

    test("of the receive state, what is absent stays as it was, and an empty list takes the frames away", async () => {
      await connect(stores());
      const { store } = stores();
      const recent = [{ key: "k", at: 7, answers: ["a", "b"] }];
      await store.saveReceiveState("c1=", { pending: ["451-x"], busyUntil: 8 });
      await store.saveReceiveState("c1=", { deliveringUntil: 9, recent });
      expect(await store.load("c1=")).toMatchObject({
        ...{ pending: ["451-x"], busyUntil: 8, deliveringUntil: 9, recent },
      });
      await store.saveReceiveState("c1=", { pending: [] });
      const found = await store.load("c1=");
      expect(found).toMatchObject({ busyUntil: 8, deliveringUntil: 9, recent });
      expect(found).not.toHaveProperty("pending");
    });

    test("frames of an unfinished ack need no connection, and go when the list is empty", async () => {
      const { store } = stores();
      const frames = [{ requestId: "r", at: 1, frame: "461-x" }];
      expect(await store.ackFrames("c1=")).toEqual([]);
      await store.keepAckFrames("c1=", frames);
      expect(await store.ackFrames("c1=")).toEqual(frames);
      await store.keepAckFrames("c1=", []);
      expect(await store.ackFrames("c1=")).toEqual([]);
      expect(await stores().size()).toBe(0);
    });

    test("keeping a connection apart changes nothing that is read, or done to it", async () => {
      const { store } = stores();
      const hearing = { after: "1", joined: new Map() };
      await connect(stores(), { ...socket, pid: "p", hearing });
      await store.join(address, ["b"], "2");
      await store.saveReceiveState("c1=", { pending: ["451-x"], busyUntil: 8 });
      const read = async () => {
        const { apart: _, spareBytes: __, packet: ___, ...rest } = (await store.load("c1=")) ?? {};
        return rest;
      };
      const before = await read();
      const apart = await store.spread("c1=");
      expect(await store.spread("c1=")).toBe(apart);
      expect(await read()).toEqual(before);
      const known = apart === undefined ? address : { ...address, apart };
      for (const from of [address, known]) {
        expect((await store.join(from, ["c", "b"], "3")).rooms).toEqual(["c"]);
        expect((await store.leave(from, ["c", "d"], "4")).rooms).toEqual(["c"]);
        await store.saveState(from, { ...socket.state, data: { apart } });
        expect(await load(stores())).toMatchObject({
          rooms: new Set(["socket-1", "a", "b"]),
          state: { data: {} },
          hearing: { left: "4" },
        });
      }
      await store.removeMemberships(known, ["a"]);
      expect([...(await store.removeSocket(known, ["socket-1", "a"]))]).toEqual(["b"]);
      expect(await load(stores())).toBeUndefined();
      expect(await idsOf(store.members("/chat", "b"))).toEqual([]);
    });
  });

  describe("ends", () => {
    const stores = useStore(setup);

    test("a socket that has ended joins nothing and leaves no trace", async () => {
      await connect(stores());
      const { store } = stores();
      await store.removeMemberships(address, ["socket-1", "a"]);
      expect(await store.removeSocket(address, ["socket-1", "a"])).toEqual([]);
      expect((await store.join(address, ["b"])).rooms).toEqual([]);
      expect(await idsOf(store.members("/chat", "b"))).toEqual([]);
      await store.saveState(address, socket.state);
      expect((await store.leave(address, ["a"])).rooms).toEqual([]);
      expect(await stores().size()).toBe(1);
    });

    test("a socket that was replaced on its connection joins nothing and changes nothing", async () => {
      await connect(stores());
      const older = { ...address, socketId: "socket-0" };
      expect((await stores().store.join(older, ["b"])).rooms).toEqual([]);
      expect(await idsOf(stores().store.members("/chat", "b"))).toEqual([]);
      await stores().store.saveState(older, { data: {}, properties: {}, hasNoEndListener: false });
      expect(await stores().store.removeSocket(older, [])).toEqual([]);
      expect(await load(stores())).toEqual(socket);
    });

    test("removing a socket finds the rooms that others have put it into", async () => {
      await connect(stores());
      const { store } = stores();
      await store.join(address, ["from elsewhere"]);
      await store.removeMemberships(address, ["socket-1", "a"]);
      const others = await store.removeSocket(address, ["socket-1", "a"]);
      expect(others).toEqual(["from elsewhere"]);
      expect(await store.removeSocket(address, ["socket-1", "a"])).toEqual([]);
      expect(await stores().size()).toBe(1);
    });

    test("a close happens once and takes all memberships with it", async () => {
      await connect(stores());
      const { store } = stores();
      await store.join(
        address,
        Array.from({ length: 60 }, (_, n) => `room ${n}`),
      );
      const closes = await Promise.all([store.close("c1="), store.close("c1=")]);
      expect(closes.filter((departures) => departures === undefined)).toHaveLength(1);
      const [departure] = closes.find((departures) => departures !== undefined) ?? [];
      expect(departure).toMatchObject({ namespace: "/chat", socketId: "socket-1" });
      expect(departure?.rooms).toHaveLength(62);
      expect(await stores().size()).toBe(0);
    });

    test("a close leaves alone what has departed, and what goes on over another connection", async () => {
      await connect(stores());
      const { store } = stores();
      await store.join(address, ["mine", "moved"]);
      const elsewhere = { ...address, connectionId: "c2=" };
      await store.completeSocket(elsewhere, { rooms: new Set(["moved"]) });
      const [departure] =
        (await store.close("c1=", () => new Set(["socket-1", "a", "mine"]))) ?? [];
      expect(departure?.rooms).toEqual(["moved"]);
      expect(await idsOf(store.members("/chat", "moved"))).toEqual(["socket-1"]);
      expect(await idsOf(store.members("/chat", "mine"))).toEqual(["socket-1"]);
      expect(await idsOf(store.everyone("/chat"))).toEqual(["socket-1"]);
    });

    test("a repeated end takes away only what is of its own connection", async () => {
      await connect(stores());
      const { store } = stores();
      const elsewhere = { ...address, connectionId: "c2=" };
      await store.completeSocket(elsewhere, { rooms: new Set(["a"]) });
      await store.removeMemberships(address, ["socket-1", "a"], true);
      expect(await idsOf(store.members("/chat", "socket-1"))).toEqual([]);
      expect(await idsOf(store.members("/chat", "a"))).toEqual(["socket-1"]);
      expect(await idsOf(store.everyone("/chat"))).toEqual(["socket-1"]);
      await store.removeMemberships(address, ["a"]);
      expect(await idsOf(store.members("/chat", "a"))).toEqual([]);
      expect(await idsOf(store.everyone("/chat"))).toEqual([]);
    });

    test("a membership is forgotten once, and not if another connection has it by now", async () => {
      await connect(stores());
      const { store } = stores();
      const member = { namespace: "/chat", room: "a", socketId: "socket-1" };
      expect(await store.forget({ ...member, connectionId: "c0=" })).toBe(false);
      expect(await store.forget({ ...member, connectionId: "c1=" })).toBe(true);
      expect(await store.forget({ ...member, connectionId: "c1=" })).toBe(false);
      expect(await idsOf(store.members("/chat", "a"))).toEqual([]);
      const { room: _, ...ofAll } = member;
      expect(await store.forget({ ...ofAll, connectionId: "c1=" })).toBe(true);
      expect(await idsOf(store.everyone("/chat"))).toEqual([]);
    });
  });
}
