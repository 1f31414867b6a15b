import { Server } from "socket.io";
import { upgradeEngineOf } from "../../src/socketio/upgrade-engine";
import { judgeUpgrade } from "../../src/upgrade/restore";

const handshake = { headers: {}, query: { EIO: "4" }, address: "203.0.113.7", url: "/?EIO=4" };

test.each([
  [true, { ok: true }],
  [false, { ok: false, statusCode: 403 }],
])(
  "a server that only is exported asks its allowRequest, which answers %s",
  async (isAllowed, expected) => {
    const io = new Server({ allowRequest: (_, answer) => answer(undefined, isAllowed) });
    const verdict = await judgeUpgrade(upgradeEngineOf(io), handshake, Date.now() + 60_000);
    expect(verdict).toMatchObject(expected);
  },
);
