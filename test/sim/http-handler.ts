/** A request of an AWS SDK client, as far as it is read here. */
export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The `requestHandler` of an SDK client: its way to the network. */
export function createHandler(serve: (request: SdkRequest) => Promise<SdkResponse>) {
  return {
    metadata: { handlerProtocol: "simulated" },
    handle: async (request: SdkRequest) => ({ response: await serve(request) }),
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

export function answer(statusCode: number, body: object, headers = {}): SdkResponse {
  const type = { "content-type": "application/x-amz-json-1.0" };
  return { statusCode, headers: { ...type, ...headers }, body: Buffer.from(JSON.stringify(body)) };
}

/** Settings by which an SDK client needs neither the network nor files. */
export const sdkSettings = {
  region: "us-east-1",
  endpoint: "https://simulated",
  credentials: { accessKeyId: "a", secretAccessKey: "s" },
  maxAttempts: 3,
  retryMode: "standard",
  // The simulation checks no signatures.
  signer: { sign: async <T>(request: T): Promise<T> => request },
} as const;
