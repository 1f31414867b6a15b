import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { sourceIp } from "../gateway/source-ip";
import type { JsonObject } from "../json";
import { type Answer, failure, generated, headersOf, send, withHeaders } from "./answer";
import { EdgeFunction } from "./edge-function";
import type { BehaviourModel, DistributionModel, EdgeFunctionModel, OriginModel } from "./model";
import { type OriginRequest, originRequest } from "./origin-request";
import { behaviourFor } from "./path-pattern";
import {
  changedRequest,
  readViewerRequest,
  type ViewerRequest,
  viewerEvent,
} from "./viewer-request";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MOST_URL_BYTES = 8_192;
const MOST_REQUEST_BYTES = 20_480;
const BODILESS = ["GET", "HEAD"];

/** Where requests go on. */
export interface Origins {
  /** Answers a request; rejects where the origin cannot be reached. */
  answer(
    origin: OriginModel,
    request: OriginRequest,
    incoming: IncomingMessage,
    distribution: DistributionModel,
  ): Promise<Answer>;

  /** Takes a handshake, if the origin speaks WebSocket. */
  upgrade(
    origin: OriginModel,
    request: OriginRequest,
    incoming: IncomingMessage,
    stream: Duplex,
    head: Buffer,
  ): boolean;
}

/** A CloudFront distribution, without its cache: each request reaches the origin. */
export class CloudFront {
  readonly #model: DistributionModel;
  readonly #origins: Origins;
  readonly #functions = new Map<string, EdgeFunction>();
  readonly #warn: (text: string) => void;

  /** @throws Error for functions that CloudFront would refuse */
  constructor(model: DistributionModel, origins: Origins, warn: (text: string) => void) {
    this.#model = model;
    this.#origins = origins;
    this.#warn = warn;
    for (const { viewerRequest, viewerResponse } of model.behaviours) {
      for (const each of [viewerRequest, viewerResponse]) {
        // Several behaviours may name one.
        if (!each || this.#functions.has(each.logicalId)) continue;
        this.#functions.set(each.logicalId, new EdgeFunction(each));
      }
    }
  }

  async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const passed = this.#pass(incoming);
    const answer = "status" in passed ? passed : await this.#ask(passed, incoming);
    // A request that is answered unread would be taken for the next one.
    if (!incoming.readableEnded) incoming.resume();
    send(response, incoming, answer);
  }

  /** @returns the status of the answer; `undefined` where the origin has taken the handshake */
  async upgrade(
    incoming: IncomingMessage,
    stream: Duplex,
    head: Buffer,
  ): Promise<number | undefined> {
    const passed = this.#pass(incoming);
    if (!("status" in passed)) {
      const { origin, request } = passed;
      if (this.#origins.upgrade(origin, request, incoming, stream, head)) return undefined;
    }
    const answer = "status" in passed ? passed : await this.#ask(passed, incoming);
    const response = new ServerResponse(incoming);
    response.shouldKeepAlive = false;
    response.assignSocket(stream as Socket);
    response.on("finish", () => stream.end());
    send(response, incoming, answer);
    return answer.status;
  }

  /** A viewer's request up to the origin, or CloudFront's own answer to it. */
  #pass(incoming: IncomingMessage): Passed | Answer {
    const viewer = readViewerRequest(incoming);
    const behaviour = behaviourFor(this.#model, viewer.path);
    const refusal = refuse(viewer, behaviour);
    if (refusal) return refusal;
    const rooted = this.#root(viewer);
    const request = this.#viewerRequest(behaviour, rooted, sourceIp(incoming));
    if ("status" in request) return request;
    const origin = this.#model.origins.get(behaviour.originId);
    if (!origin) throw new Error(`Cannot answer: expected an origin ${behaviour.originId}`);
    return {
      ...{ behaviour, origin, viewer },
      request: originRequest(request, behaviour, origin, sourceIp(incoming)),
    };
  }

  #root(viewer: ViewerRequest): ViewerRequest {
    const { defaultRootObject } = this.#model;
    if (viewer.path !== "/" || defaultRootObject === undefined) return viewer;
    return { ...viewer, path: `/${defaultRootObject}` };
  }

  #viewerRequest(
    { viewerRequest }: BehaviourModel,
    viewer: ViewerRequest,
    ip: string,
  ): ViewerRequest | Answer {
    if (!viewerRequest) return viewer;
    const outcome = this.#run(viewerRequest, viewerEvent(viewer, { ...this.#context(ip) }));
    if ("status" in outcome) return outcome;
    if (outcome.value.statusCode !== undefined) return generated(outcome.value);
    const changed = changedRequest(viewer, outcome.value);
    return typeof changed === "string" ? this.#failed(viewerRequest, 502, changed) : changed;
  }

  async #ask(passed: Passed, incoming: IncomingMessage): Promise<Answer> {
    const { behaviour, origin, request, viewer } = passed;
    try {
      const answer = await this.#origins.answer(origin, request, incoming, this.#model);
      const isError = answer.status >= 400;
      const marked = withHeaders(answer, `${isError ? "Error" : "Miss"} from cloudfront`);
      // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
      if (isError || !behaviour.viewerResponse) return marked;
      return this.#viewerResponse(behaviour.viewerResponse, viewer, marked, sourceIp(incoming));
    } catch (error) {
      this.#warn(`CloudFront cannot reach ${origin.domain}: ${(error as Error).message}`);
      const status = (error as NodeJS.ErrnoException).code === "ETIMEDOUT" ? 504 : 502;
      return failure(status, "CloudFront wasn't able to connect to the origin.");
    }
  }

  #viewerResponse(
    model: EdgeFunctionModel,
    viewer: ViewerRequest,
    answer: Answer,
    ip: string,
  ): Answer {
    const { status, headers } = answer;
    const values = Object.entries(headers).map(([name, value]) => {
      const all = [value].flat().map((text) => ({ value: text }));
      return [name, all.length > 1 ? { ...all[0], multiValue: all } : { ...all[0] }] as const;
    });
    const response = { statusCode: status, headers: Object.fromEntries(values) } as JsonObject;
    const outcome = this.#run(model, viewerEvent(viewer, { ...this.#context(ip), response }));
    if ("status" in outcome) return outcome;
    const changed = headersOf(outcome.value.headers);
    return { status: Number(outcome.value.statusCode), headers: changed, body: answer.body };
  }

  #context(ip: string) {
    return { domain: this.#model.domain, id: this.#model.id, ip };
  }

  #run(model: EdgeFunctionModel, event: JsonObject) {
    const outcome = this.#functions.get(model.logicalId)!.run(event);
    return outcome.ok ? outcome : this.#failed(model, outcome.status, outcome.message);
  }

  #failed({ logicalId }: EdgeFunctionModel, status: number, message: string): Answer {
    this.#warn(`CloudFront Function ${logicalId} failed: ${message}`);
    return failure(status, "The CloudFront function failed.");
  }
}

interface Passed {
  readonly behaviour: BehaviourModel;
  readonly origin: OriginModel;
  readonly viewer: ViewerRequest;
  readonly request: OriginRequest;
}

/** What CloudFront refuses by itself. */
function refuse(viewer: ViewerRequest, { methods }: BehaviourModel): Answer | undefined {
  const { method, path, query, headers } = viewer;
  const url = `${path}?${query}`;
  const lines = [...headers].flatMap(([name, values]) => values.map((value) => name + value));
  const bytes = Buffer.byteLength(url + lines.join("    "));
  if (url.length > MOST_URL_BYTES) return failure(414, "The URL is too long.");
  // Of nginx, as CloudFront answers it.
  if (bytes > MOST_REQUEST_BYTES) return failure(494, "The request headers are too large.");
  if (!methods.includes(method)) {
    return failure(
      403,
      "This distribution is not configured to allow the HTTP request method that was used for this request.",
    );
  }
  const length = Number(headers.get("content-length")?.[0] ?? 0);
  if (BODILESS.includes(method) && length > 0) {
    return failure(403, "Bad request: a GET or HEAD with a body.");
  }
  return undefined;
}
