import type { ConnectionRecord, SocketAddress, SocketRecord } from "../../../src/ports";
import type { StoreUnderTest } from "./setup";

/** A connection with one socket, which most tests begin with. */

export const connection: ConnectionRecord = {
  id: "c1=",
  protocol: "json",
  handshake: { headers: { a: "b" }, query: { q: "1" }, address: "::1", url: "/prod/" },
  connectedAt: 1_794_648_600_119,
  sockets: new Map(),
};

export const address: SocketAddress = {
  namespace: "/chat",
  socketId: "socket-1",
  connectionId: "c1=",
  protocol: "json",
};

export const socket: SocketRecord = {
  id: "socket-1",
  auth: { token: "t" },
  issued: 5,
  parent: 2,
  rooms: new Set(["socket-1", "a"]),
  state: { data: { x: [1] }, properties: { user: null }, hasNoEndListener: true },
};

export const PID = "abcdefghijklmnopqrst";
/** A socket whose session can be recovered. */
export const recoverable: SocketRecord = {
  ...socket,
  pid: PID,
  hearing: { after: "1", joined: new Map() },
};

export async function connect({ store }: StoreUnderTest, record = socket): Promise<boolean> {
  await store.open(connection);
  return store.addSocket(address, record);
}

/** The socket as the connection knows it. */
export async function load({ store }: StoreUnderTest): Promise<SocketRecord | undefined> {
  return (await store.load("c1="))?.sockets.get("/chat");
}

export async function loadRooms(stores: StoreUnderTest) {
  return [...((await load(stores))?.rooms ?? [])];
}
