import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { Connections } from "../src/delivery/connections";

/**
 * The AWS SDK's client for the rare calls of the management API, in a file of its own beside the functions that may
 * need it: as large as all else that such a function holds, and most invocations need none of it.
 */
export function createConnections(endpoint: string): Connections {
  return new Connections(new ApiGatewayManagementApiClient({ endpoint }));
}
