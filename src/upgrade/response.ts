import { type IncomingMessage, ServerResponse } from "node:http";

/** Records how a middleware answers an upgrade itself, which refuses the client. No byte of it is sent. */
export class UpgradeResponse extends ServerResponse {
  /** Resolves with the status once a middleware has answered, or has destroyed the socket. */
  readonly refused: Promise<number>;
  #refuse: (status: number) => void = () => undefined;

  constructor(request: IncomingMessage) {
    super(request);
    this.refused = new Promise((resolve) => {
      this.#refuse = resolve;
    });
    request.socket.once("close", () => this.#refuse(FORBIDDEN));
  }

  override end(...args: never[]): this {
    const { statusCode } = this;
    super.end(...args);
    this.emit("finish");
    // API Gateway takes 2xx for consent: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
    this.#refuse(statusCode >= 300 ? statusCode : FORBIDDEN);
    return this;
  }
}

const FORBIDDEN = 403;
