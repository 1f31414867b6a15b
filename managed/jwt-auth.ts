import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import type { Socket } from "socket.io";
import { checkJwksUri, createJwksCache } from "./jwks";
import type { Claims } from "./pattern";
import { Refused } from "./refused";
import { tokenRefusal } from "./token-refusal";

export interface JwtAuthOptions {
  /** The `iss` of its tokens: a Cognito user pool (`https://cognito-idp.{region}.amazonaws.com/{id}`), or any other. */
  readonly issuer: string;
  /** The `aud` that tokens must have, or one of them. For Cognito, the id of the app client. */
  readonly audience: string | readonly string[];
  /**
   * Where the issuer publishes its keys.
   *
   * @default - `{issuer}/.well-known/jwks.json`
   */
  readonly jwksUri?: string;
  /**
   * How far clocks may differ, in seconds.
   *
   * @default 0
   */
  readonly graceSeconds?: number;
}

/** What a client gets as `connect_error`: Socket.IO's `ExtendedError`, which not every version 4 exports. */
export interface ConnectError extends Error {
  readonly data?: unknown;
}

/** A namespace middleware, `namespace.use(jwtAuth({ … }))`, that lets in who holds a valid token. */
export interface JwtAuth {
  (socket: Socket, next: (error?: ConnectError) => void): Promise<void>;
  /**
   * Puts a new token of the same subject in place of a socket's.
   *
   * @throws Refused if the token is not valid, or another's.
   */
  renew(socket: Socket, token: unknown): Promise<void>;
  /**
   * Whether a client that comes back may go on with its session: by a valid token of the same subject, which takes the
   * old one's place. Asked by Lambda Rooms before anything is sent, also where the application skips middlewares.
   */
  onReturn(socket: Socket): Promise<boolean>;
}

/** Tokens are a few hundred bytes to a few KB; a frame could hold 32 KB. */
const MAX_TOKEN_LENGTH = 16_384;

/**
 * Checks JSON Web Tokens: of stock clients in `auth.token`, of JSON clients in the `auth` of their
 * `connect` action or, for both, in the URL's `token`. Their claims are then `socket.data.claims`. The
 * token itself is not kept with the socket and never logged.
 *
 * A refused client gets `connect_error` with why, and `data: { code }`: `token_missing`,
 * `token_invalid`, `token_expired`, or `unavailable` where the issuer's keys could not be fetched.
 *
 * @throws TypeError if an option is invalid.
 */
export function jwtAuth(options: JwtAuthOptions): JwtAuth {
  const verify = createVerify(options);
  const check = async (token: unknown): Promise<Claims> => {
    if (typeof token !== "string" || token === "") {
      throw new Refused("token_missing", "expected a token in `auth.token`, got none");
    }
    if (token.length > MAX_TOKEN_LENGTH) {
      throw new Refused("token_invalid", `expected a token, got ${token.length} characters`);
    }
    return verify(token).catch((error: unknown) => {
      throw tokenRefusal(error);
    });
  };

  /** Sockets that were let in by `onReturn`. */
  const returned = new WeakSet<Socket>();

  const middleware = async (socket: Socket, next: (error?: ConnectError) => void) => {
    if (returned.has(socket)) return next();
    try {
      socket.data.claims = await check(takeToken(socket));
    } catch (error) {
      return next(asConnectError(error));
    }
    next();
  };

  const renew = async (socket: Socket, token: unknown) => {
    const claims = await check(token);
    const { sub } = (socket.data.claims ?? {}) as Claims;
    if (claims.sub !== sub) {
      throw new Refused("token_invalid", "expected a token of the same subject, got another's");
    }
    socket.data.claims = claims;
  };

  const onReturn = async (socket: Socket) => {
    const { sub } = (socket.data.claims ?? {}) as Claims;
    const claims = await check(takeToken(socket)).catch((error: unknown) => {
      // The middleware then asks the client for a token as it asks a new one, and says what is wrong with the old.
      if (error instanceof Refused) return undefined;
      throw error;
    });
    if (typeof sub !== "string" || claims?.sub !== sub) return false;
    socket.data.claims = claims;
    returned.add(socket);
    return true;
  };
  return Object.assign(middleware, { renew, onReturn });
}

/** The token that came with a CONNECT, from every place where one may stand. */
function takeToken({ handshake: { auth, query } }: Socket): unknown {
  const token = auth.token ?? query.token;
  // From here on it would only lie about: in the table, and in what `fetchSockets` shows.
  delete auth.token;
  return token;
}

function createVerify(options: JwtAuthOptions): (token: string) => Promise<Claims> {
  const { issuer, graceSeconds = 0 } = options;
  const audience = [options.audience].flat() as string[];
  if (audience.length === 0 || audience.some((one) => typeof one !== "string" || one === "")) {
    // Without it, a token that the issuer made for another application would be accepted.
    throw new TypeError(
      `Cannot check tokens: expected \`audience\` to name your application, got ${JSON.stringify(options.audience)}`,
    );
  }
  const jwksUri = options.jwksUri ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`;
  checkJwksUri(jwksUri);
  const jwksCache = createJwksCache();
  const [, userPoolId] =
    /^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com(?:\.cn)?\/([\w-]+)$/.exec(issuer) ?? [];
  if (userPoolId !== undefined) {
    const pool = { userPoolId, clientId: audience, tokenUse: null, graceSeconds };
    const verifier = CognitoJwtVerifier.create(pool, { jwksCache });
    return async (token) => ({ ...(await verifier.verify(token)) });
  }
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri, graceSeconds }, { jwksCache });
  return async (token) => ({ ...(await verifier.verify(token)) });
}

function asConnectError(error: unknown): ConnectError {
  if (!(error instanceof Refused)) throw error;
  return Object.assign(new Error(`Cannot connect: ${error.message}`), {
    data: { code: error.code },
  });
}
