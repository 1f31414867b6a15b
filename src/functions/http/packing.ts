import { deflateRawSync, inflateRawSync } from "node:zlib";

/** What travels between the function of HTTP and the lane, as few bytes: requests, answers. */
export function pack(value: object): Buffer {
  return deflateRawSync(JSON.stringify(value), { level: 1 });
}

export function unpack<Value extends object>(bytes: Uint8Array): Value {
  return JSON.parse(inflateRawSync(bytes).toString("utf8"));
}
