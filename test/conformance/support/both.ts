import { startReference } from "./reference";
import { startRooms } from "./rooms";
import type { Application, Side, SideOptions } from "./side";

type Script = (side: Side) => Promise<void>;

const starts = { reference: startReference, rooms: startRooms };

/** One promise, kept by Socket.IO's own server and by this one: a test for each. */
export function both(
  name: string,
  application: Application,
  script: Script,
  options: SideOptions = {},
) {
  test.each(["reference", "rooms"] as const)(`${name} (%s)`, async (sideName) => {
    const side = await starts[sideName](application, options);
    try {
      await script(side);
    } finally {
      await side.close();
    }
  });
}
