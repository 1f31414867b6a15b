import { isOfManagedRooms } from "./application/parts";
import type { BundledFunction } from "./bundle";

/**
 * Refuses to deploy managed rooms that do not say who may enter. Only applications that hold managed
 * rooms are read, since reading takes the TypeScript compiler.
 *
 * @throws Error that names the places and the two ways out
 */
export function refuseOpenRooms(entry: string, lane: BundledFunction): void {
  if (!lane.inputs.some(({ path }) => isOfManagedRooms(path))) return;
  // Loaded here: the compiler takes a quarter of a second.
  const { describeOpenRooms, findOpenRooms } =
    require("../checks/access") as typeof import("../checks/access");
  const places = findOpenRooms(entry);
  if (places.length > 0) throw new Error(describeOpenRooms(places));
}
