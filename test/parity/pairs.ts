import type { Server } from "socket.io";
import { io as plain } from "./app";
import { type Ordering, synthesize } from "./assembly";
import type { Pairs, Sides } from "./compare";
import { io as recovering } from "./recovering-app";
import { startReference, startRooms } from "./sides";

/** All servers that programs are played on. */
export async function startPairs(
  freshContainers: boolean,
  ordering: Ordering = "connection",
): Promise<{ pairs: Pairs; close(): Promise<void> }> {
  const started = await Promise.all([
    startPair("test/parity/app.ts", plain, { freshContainers, ordering }),
    startPair("test/parity/recovering-app.ts", recovering, { freshContainers, ordering }),
  ]);
  const [first, second] = started;
  return {
    pairs: { plain: first.sides, recovering: second.sides },
    async close() {
      await Promise.all(started.map((pair) => pair.close()));
    },
  };
}

interface Deployed {
  readonly freshContainers: boolean;
  readonly ordering: Ordering;
}

async function startPair(app: string, io: Server, { freshContainers, ordering }: Deployed) {
  const assembly = await synthesize(app, ordering);
  const sides: Sides = {
    reference: await startReference(io),
    rooms: await startRooms(assembly.directory, freshContainers),
  };
  return {
    sides,
    async close() {
      await sides.rooms.close();
      await sides.reference.close();
      await assembly.remove();
    },
  };
}
