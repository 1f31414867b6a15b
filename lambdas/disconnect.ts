import { type DisconnectEvent, disconnect } from "../src/functions/disconnect";
import { composeLanes } from "./compose";
import { observed } from "./observed";

const lanes = composeLanes();

export const handler = observed((event: DisconnectEvent) => disconnect(lanes, event));
