import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { ConnectionId } from "../ports";

/** The management API's rare calls, through the SDK. Posts are another matter: see `poster.ts`. */
export class Connections {
  /** @param client made at first use: most invocations need none of these calls. */
  constructor(private readonly client: () => ApiGatewayManagementApiClient) {}

  async exists(id: ConnectionId): Promise<boolean> {
    return unlessGone(this.client().send(new GetConnectionCommand({ ConnectionId: id })));
  }

  async close(id: ConnectionId): Promise<void> {
    await unlessGone(this.client().send(new DeleteConnectionCommand({ ConnectionId: id })));
  }
}

/** `false` where the connection is gone. SDK 3 has no `statusCode`: the name is what tells. */
async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof GoneException) return false;
    throw error;
  }
}
