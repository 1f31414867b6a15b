import { Fn } from "aws-cdk-lib";
import type { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  type IOrigin,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { SiteHeader } from "../src/names";
import { CHARSET_CODE, HTTP_CODE, NOTHING_CODE, ROOT_CODE, socketCode } from "./site-code";

/** Properties of `Behaviours`. */
export interface BehavioursProps {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly bucket: IBucket;

  /**
   * The URL of the function that serves HTTP.
   *
   * @default - the site answers 404 to all but files and WebSockets
   */
  readonly httpUrl?: string | undefined;

  /** What the functions behind the site know it by. */
  readonly secret: string;

  /** Paths of the application's Socket.IO servers, without the slash at the end: `/socket.io`. */
  readonly paths: readonly string[];

  /** Those below which the files of Socket.IO's client are. */
  readonly clientPaths: readonly string[];
}

type Behaviour = Record<string, BehaviorOptions>;
type EdgeName = "Socket" | "Http" | "Nothing" | "Root" | "Charset";

/**
 * What CloudFront does with which path. Headers, cookies and queries go on as they are, but for `Host`: API Gateway and
 * function URLs know their own alone.
 */
export class Behaviours {
  readonly #scope: Construct;
  readonly #props: BehavioursProps;
  readonly #functions = new Map<EdgeName, EdgeFunction>();
  readonly #s3: IOrigin;

  constructor(scope: Construct, props: BehavioursProps) {
    this.#scope = scope;
    this.#props = props;
    this.#s3 = S3BucketOrigin.withOriginAccessControl(props.bucket);
  }

  /** For what no other behaviour takes. */
  fallback(): BehaviorOptions {
    const { httpUrl } = this.#props;
    if (httpUrl === undefined) {
      return { ...this.#file(), ...this.#runs(this.#edge("Nothing", NOTHING_CODE)) };
    }
    return {
      origin: this.#origin(httpUrl),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      // An application under `node` has no shared cache in front either. What it lets be cached may hold a cookie.
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      ...this.#runs(this.#edge("Http", HTTP_CODE)),
    };
  }

  /** The WebSocket, with and without a slash at the end of its path, and before it the files of its client. */
  sockets(): Behaviour {
    const { api, stage, paths, clientPaths } = this.#props;
    const socket: BehaviorOptions = {
      origin: this.#origin(api.apiEndpoint),
      // A browser follows no redirect of a WebSocket.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      // Others than GET are answered by the function, and never reach API Gateway.
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      ...this.#runs(this.#edge("Socket", socketCode(stage.stageName))),
    };
    return Object.fromEntries([
      ...clientPaths.map((path) => [`${path}/socket.io*.js*`, this.#file()]),
      ...paths.flatMap((path) => [
        [`${path}/`, socket],
        [path, socket],
      ]),
    ]);
  }

  /** What comes from S3. */
  files(patterns: readonly string[]): Behaviour {
    return Object.fromEntries(
      patterns.map((pattern) => {
        if (pattern !== "/") return [pattern, this.#file()];
        return [pattern, { ...this.#file(), ...this.#runs(this.#edge("Root", ROOT_CODE), true) }];
      }),
    );
  }

  #file(): BehaviorOptions {
    return {
      origin: this.#s3,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [this.#charset()],
    };
  }

  #charset() {
    const eventType = FunctionEventType.VIEWER_RESPONSE;
    return { function: this.#edge("Charset", CHARSET_CODE), eventType };
  }

  #runs(edge: EdgeFunction, isFile = false) {
    const request = { function: edge, eventType: FunctionEventType.VIEWER_REQUEST };
    return { functionAssociations: isFile ? [request, this.#charset()] : [request] };
  }

  #origin(url: string): IOrigin {
    const customHeaders = { [SiteHeader.secret]: this.#props.secret };
    return new HttpOrigin(Fn.select(2, Fn.split("/", url)), { customHeaders });
  }

  #edge(name: EdgeName, code: string): EdgeFunction {
    const known = this.#functions.get(name);
    if (known) return known;
    const made = new EdgeFunction(this.#scope, `${name}Code`, {
      code: FunctionCode.fromInline(code),
      runtime: FunctionRuntime.JS_2_0,
    });
    this.#functions.set(name, made);
    return made;
  }
}
