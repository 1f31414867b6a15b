import { connect } from "../src/functions/connect";
import type { ConnectEvent } from "../src/gateway/handshake";
import { composeConnect } from "./compose";
import { observed } from "./observed";

const ports = composeConnect();

export const handler = observed((event: ConnectEvent) => connect(ports, event));
