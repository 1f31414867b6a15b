import {
  CognitoJwtInvalidClientIdError,
  FetchError,
  JwksValidationError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidClaimError,
  JwtInvalidIssuerError,
  JwtNotBeforeError,
  JwtParseError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import { Refused } from "./refused";

/** What is said of each failure: enough to mend a client, nothing of the token or of the keys. */
const reasons = [
  [JwtExpiredError, "token_expired", "one that has expired"],
  [JwtNotBeforeError, "token_invalid", "one that is not valid yet"],
  [JwtInvalidIssuerError, "token_invalid", "one of another issuer"],
  [JwtInvalidAudienceError, "token_invalid", "one for another audience"],
  [CognitoJwtInvalidClientIdError, "token_invalid", "one for another audience"],
  [JwtInvalidClaimError, "token_invalid", "one with an invalid claim"],
  [JwtParseError, "token_invalid", "a malformed token"],
] as const;

/** Keys that are unavailable or invalid. */
function isIssuersFault(error: unknown): error is Error {
  return [FetchError, JwksValidationError, JwkValidationError].some(
    (type) => error instanceof type,
  );
}

/** Turns what the verifier threw into an answer to the client. */
export function tokenRefusal(error: unknown): Refused {
  if (isIssuersFault(error)) {
    console.error({ message: "Cannot check tokens", error: error.message });
    return new Refused("unavailable", "the issuer's keys are unavailable; retry later");
  }
  // A token that named an unknown key makes the verifier wait, and the next token may be a good one.
  if (error instanceof WaitPeriodNotYetEndedJwkError) {
    return new Refused("unavailable", "the issuer's keys were fetched a moment ago; retry in 10 s");
  }
  const [, code, got] = reasons.find(([type]) => error instanceof type) ?? [
    // Another algorithm, a key that is not the issuer's, an invalid signature.
    undefined,
    "token_invalid",
    "one that is not signed by the issuer",
  ];
  return new Refused(code, `expected a valid token, got ${got}`);
}
