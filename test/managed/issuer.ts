import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** An OpenID issuer on this machine: it signs tokens and publishes its keys, which rotate. */
export class Issuer {
  requests = 0;
  isDown = false;
  #keys: SigningKey[] = [createKey("key-1")];

  private constructor(private readonly server: Server) {
    server.on("request", (request, response) => {
      this.requests++;
      if (this.isDown || request.url !== "/.well-known/jwks.json") {
        return response.writeHead(500).end();
      }
      const keys = this.#keys.map(({ kid, publicKey }) => ({
        ...publicKey.export({ format: "jwk" }),
        kid,
        alg: "RS256",
        use: "sig",
      }));
      response.end(JSON.stringify({ keys }));
    });
  }

  static async start(): Promise<Issuer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Issuer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From here on tokens are signed by a new key; the old one is no longer published. */
  rotate(): void {
    this.#keys = [createKey(`key-${Math.random()}`)];
  }

  /** A valid token of `ada` for `app`, but for what is given. */
  token(claims: object = {}, header: object = {}, key = this.#keys[0] as SigningKey): string {
    const now = Math.floor(Date.now() / 1000);
    const standard = { iss: this.url, aud: "app", sub: "ada", iat: now, exp: now + 300 };
    const input = [
      { alg: "RS256", typ: "JWT", kid: key.kid, ...header },
      { ...standard, ...claims },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `${input}.${sign("sha256", Buffer.from(input), key.privateKey).toString("base64url")}`;
  }

  /** Signed by a key that claims to be the issuer's. */
  forged(claims: object = {}): string {
    return this.token(claims, {}, createKey(this.#keys[0]?.kid as string));
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

function createKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}
