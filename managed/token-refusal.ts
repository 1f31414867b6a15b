import {
  CognitoJwtInvalidClientIdError,
  FetchError,
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidClaimError,
  JwtInvalidIssuerError,
  JwtNotBeforeError,
  JwtParseError,
} from "aws-jwt-verify/error";
import { Refused } from "./refused";

/** What is said of each failure: enough to mend a client, nothing of the token or of the keys. */
const reasons = [
  [JwtExpiredError, "token_expired", "one that has expired"],
  [JwtNotBeforeError, "token_invalid", "one that is not valid yet"],
  [JwtInvalidIssuerError, "token_invalid", "one of another issuer"],
  [JwtInvalidAudienceError, "token_invalid", "one for another audience"],
  [CognitoJwtInvalidClientIdError, "token_invalid", "one for another audience"],
  [JwtInvalidClaimError, "token_invalid", "one with a claim that does not hold"],
  [JwtParseError, "token_invalid", "what is no JSON Web Token"],
] as const;

/** Turns what the verifier threw into an answer to the client. */
export function tokenRefusal(error: unknown): Refused {
  if (error instanceof FetchError) {
    console.error({ message: "Cannot check tokens", error: error.message });
    return new Refused("unavailable", "the issuer's keys cannot be fetched; try again later");
  }
  const [, code, got] = reasons.find(([type]) => error instanceof type) ?? [
    // Another algorithm, a key that is not the issuer's, a signature that is none.
    undefined,
    "token_invalid",
    "one that is not signed by the issuer",
  ];
  return new Refused(code, `expected a valid token, got ${got}`);
}
