/** Names on which the stack and the probes agree. */
export const STACK_NAME = "LambdaRoomsVerify";

/** The one web origin whose pages may connect. */
export const ALLOWED_ORIGIN = "https://verify.example";

/** For `$connect` from a page that may not. */
export const FOREIGN_ORIGIN = "https://foreign.example";
