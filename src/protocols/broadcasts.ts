import { jsonBroadcasts } from "./json/broadcasts";
import { createLookup } from "./lookup";
import { singleBroadcasts, socketIoBroadcasts } from "./socket-io/broadcasts";

/** The protocols of a stack as far as workers need them; index.ts lists the same with all that they can do. */
export const BROADCASTS = createLookup([socketIoBroadcasts, singleBroadcasts, jsonBroadcasts]);
