import {
  type ApiGatewayManagementApiClient,
  type ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GetConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { ConnectionId } from "../ports";

/** The management API's rare calls, through the SDK. Posts are another matter: see `poster.ts`. */
export class Connections {
  constructor(private readonly client: ApiGatewayManagementApiClient) {}

  async exists(id: ConnectionId): Promise<boolean> {
    return unlessGone(this.client.send(new GetConnectionCommand({ ConnectionId: id })));
  }

  async close(id: ConnectionId): Promise<void> {
    await unlessGone(this.client.send(new DeleteConnectionCommand({ ConnectionId: id })));
  }
}

/** `false` where the connection is gone. The status tells: AWS promises no body that names the error. */
async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const { $metadata: metadata } = error as Partial<ApiGatewayManagementApiServiceException>;
    if (metadata?.httpStatusCode === 410) return false;
    throw error;
  }
}
