import { hash } from "node:crypto";
import {
  canonicalize,
  encodeRfc3986,
  type Moment,
  SHA256_HEX_LENGTH,
  type Signer,
} from "../aws/signer";
import type { ConnectionId, Frame } from "../ports";

/** What the posts of one frame have in common within a second: all but an id and a signature. */
interface Template {
  readonly moment: Moment;
  readonly frame: Frame;
  readonly idLength: number;
  readonly canonicalIdLength: number;
  readonly request: Buffer;
  readonly idAt: number;
  readonly signatureAt: number;
  /** The canonical request, which is hashed for the signature. */
  readonly canonical: Buffer;
  readonly canonicalIdAt: number;
}

/**
 * Makes the bytes of posts. A broadcast's differ in the connection's id and the signature only, so they
 * are copies of one template in which these two are written.
 */
export class PostRequests {
  readonly #canonicalPrefix: string;
  #template: Template | undefined;

  /** @param prefix the path up to the connection's id, percent-encoded. */
  constructor(
    private readonly signer: Signer,
    private readonly prefix: string,
  ) {
    this.#canonicalPrefix = canonicalize(prefix);
  }

  /**
   * Head and body in one buffer: one write, one TLS record.
   *
   * @param scratch where they are written if there is room
   */
  create(id: ConnectionId, frame: Frame, scratch: Buffer): Buffer {
    const once = encodeRfc3986(id);
    const twice = once.replaceAll("%", "%25");
    const template = this.#find(frame, once.length, twice.length);
    const { moment, canonical, request } = template;
    canonical.write(twice, template.canonicalIdAt, "latin1");
    const signature = moment.hmac.digest(hash("sha256", canonical));
    const copy =
      request.length <= scratch.length
        ? scratch.subarray(0, request.length)
        : Buffer.allocUnsafe(request.length);
    copy.set(request);
    copy.write(once, template.idAt, "latin1");
    copy.write(signature, template.signatureAt, "latin1");
    return copy;
  }

  #find(frame: Frame, idLength: number, canonicalIdLength: number): Template {
    const moment = this.signer.now();
    const known = this.#template;
    if (
      known?.moment === moment &&
      known.frame === frame &&
      known.idLength === idLength &&
      known.canonicalIdLength === canonicalIdLength
    ) {
      return known;
    }
    const id = "0".repeat(idLength);
    const beforeCanonicalId = `POST\n${this.#canonicalPrefix}`;
    const canonical = `${beforeCanonicalId}${"0".repeat(canonicalIdLength)}\n${moment.canonical}${frame.sha256}`;
    const beforeId = `POST ${this.prefix}`;
    const beforeSignature = `${beforeId}${id} HTTP/1.1\r\n${moment.lines}`;
    const { byteLength } = frame.bytes;
    const head = `${beforeSignature}${"0".repeat(SHA256_HEX_LENGTH)}\r\ncontent-type: application/octet-stream\r\ncontent-length: ${byteLength}\r\n\r\n`;
    this.#template = {
      ...{ moment, frame, idLength, canonicalIdLength },
      request: Buffer.concat([Buffer.from(head, "latin1"), frame.bytes]),
      idAt: beforeId.length,
      signatureAt: beforeSignature.length,
      canonical: Buffer.from(canonical, "latin1"),
      canonicalIdAt: beforeCanonicalId.length,
    };
    return this.#template;
  }
}
