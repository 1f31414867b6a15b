import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { credentials } from "./credentials";

const END_OF_HEAD = "\r\n\r\n";

/** One keep-alive connection for bytes that are ready: the least that a request can take. */
export class RawSocket {
  #received = 0;
  #expected: number | undefined;
  #first = "";
  #done: (() => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
  }

  static open({ port, ca }: { readonly port: number; readonly ca?: Buffer }): Promise<RawSocket> {
    return new Promise((resolve) => {
      const ready = () => resolve(new RawSocket(socket));
      const socket: Socket = ca
        ? connectTls({ host: "localhost", port, ca }, ready)
        : connectTcp({ host: "127.0.0.1", port }, ready);
    });
  }

  /** As long as a signed request is. */
  static request(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
    const all = {
      ...headers,
      host: "localhost",
      "x-amz-date": "20300101T000000Z",
      authorization: `AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`,
      "x-amz-security-token": credentials.sessionToken,
      "content-length": String(Buffer.byteLength(body)),
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  }

  /** Resolves when the answer is there; its length is told by its head. */
  send(request: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#received = 0;
      this.#expected = undefined;
      this.#first = "";
      this.socket.write(request);
    });
  }

  #read(bytes: Buffer): void {
    this.#received += bytes.length;
    if (this.#expected === undefined) {
      this.#first += bytes.toString("latin1");
      const end = this.#first.indexOf(END_OF_HEAD);
      if (end === -1) return;
      const [, length = "0"] = /content-length: ?(\d+)/i.exec(this.#first) ?? [];
      this.#expected = end + END_OF_HEAD.length + Number(length);
    }
    if (this.#received >= this.#expected) this.#done?.();
  }
}
