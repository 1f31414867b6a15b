import { hash } from "node:crypto";
import { type Credentials, Signer } from "../aws/signer";

/** A call of one of AWS's JSON services. */
export interface JsonCall {
  readonly service: string;
  readonly region: string;
  readonly host: string;
  /** `AmazonSSM.GetParameters` */
  readonly target: string;
  readonly body: string;
}

/** The headers of a call, with its signature. */
export function signCall(
  { service, region, host, target, body }: JsonCall,
  keys: Credentials,
  now: Date,
): Record<string, string> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const own = { credentials: () => keys, now: () => now.getTime() };
  const signer = new Signer({ service, region, host, headers, ...own });
  return signer.sign({ method: "POST", path: "/", sha256: hash("sha256", body) });
}
