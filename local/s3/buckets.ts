import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { patternOf } from "../wildcards";
import { contentTypeOf } from "./content-types";
import type { BucketModel, BucketStatement, ObjectModel } from "./model";

/** A request for an object. */
export interface ObjectRequest {
  readonly method: string;
  /** Path of the URL, encoded as a client sends it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** By which service it is signed, for which resource; absent for a request without a signature. */
  readonly signer?: { readonly service: string; readonly sourceArn: string };
}

export interface ObjectAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Reads of objects, as S3's REST API answers them: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export class Buckets {
  #models: readonly BucketModel[];

  constructor(models: readonly BucketModel[]) {
    this.#models = models;
  }

  /** Replaces what is in them, as a deployment does. */
  deploy(models: readonly BucketModel[]): void {
    this.#models = models;
  }

  /** The bucket of a host. */
  find(domain: string): BucketModel | undefined {
    return this.#models.find(({ domains }) => domains.includes(domain));
  }

  answer(bucket: BucketModel, request: ObjectRequest): ObjectAnswer {
    if (request.method !== "GET" && request.method !== "HEAD") return denied();
    const key = decode(request.path.slice(1));
    if (key === undefined) return failure(400, "InvalidURI", "Couldn't parse the specified URI.");
    if (!mayDo("s3:GetObject", `${bucket.arn}/${key}`, bucket, request)) return denied();
    const object = bucket.objects.get(key);
    if (object && existsSync(object.file)) return read(key, object, request);
    // A principal that may not list the bucket is not told that there is no such object.
    return mayDo("s3:ListBucket", bucket.arn, bucket, request)
      ? failure(404, "NoSuchKey", "The specified key does not exist.")
      : denied();
  }
}

function mayDo(
  action: string,
  resource: string,
  { statements }: BucketModel,
  request: ObjectRequest,
): boolean {
  const matching = statements.filter((one) => matches(one, action, resource, request));
  return matching.length > 0 && matching.every(({ isAllowed }) => isAllowed);
}

function matches(
  statement: BucketStatement,
  action: string,
  resource: string,
  { signer }: ObjectRequest,
): boolean {
  // CloudFront reaches S3 by TLS.
  if (statement.isForPlainText) return false;
  const { service, sourceArn } = statement;
  if (service !== undefined && service !== signer?.service) return false;
  if (sourceArn !== undefined && sourceArn !== signer?.sourceArn) return false;
  return (
    // Actions know no case.
    statement.actions.some((text) => patternOf(text, "is").test(action)) &&
    statement.resources.some((text) => patternOf(text, "s").test(resource))
  );
}

function read(key: string, { file, headers }: ObjectModel, request: ObjectRequest): ObjectAnswer {
  const bytes = readFileSync(file);
  const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
  const modified = new Date(Math.floor(statSync(file).mtimeMs / 1000) * 1000);
  const common = {
    ...headers,
    etag,
    "last-modified": modified.toUTCString(),
    "accept-ranges": "bytes",
    server: "AmazonS3",
  };
  if (isUnchanged(request.headers, etag, modified)) {
    return { status: 304, headers: common, body: Buffer.alloc(0) };
  }
  const typed = { ...common, "content-type": contentTypeOf(key) };
  const range = rangeOf(request.headers.range, bytes.length);
  if (range === "unsatisfiable") {
    return failure(416, "InvalidRange", "The requested range is not satisfiable");
  }
  if (!range) return { status: 200, headers: typed, body: bytes };
  const [start, end] = range;
  return {
    status: 206,
    headers: { ...typed, "content-range": `bytes ${start}-${end}/${bytes.length}` },
    body: bytes.subarray(start, end + 1),
  };
}

function isUnchanged(headers: ObjectRequest["headers"], etag: string, modified: Date): boolean {
  const { "if-none-match": tags, "if-modified-since": since } = headers;
  if (tags !== undefined) {
    return tags.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
  }
  return since !== undefined && modified.getTime() <= Date.parse(since);
}

/** One range; S3 answers no request for several. */
function rangeOf(
  header: string | undefined,
  length: number,
): readonly [number, number] | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  const start = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? length - 1 : Math.min(Number(last), length - 1);
  return start < length && start <= end ? [start, end] : "unsatisfiable";
}

function denied(): ObjectAnswer {
  return failure(403, "AccessDenied", "Access Denied");
}

function failure(status: number, code: string, message: string): ObjectAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const headers = { "content-type": "application/xml", server: "AmazonS3" };
  return { status, headers, body: Buffer.from(body) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
