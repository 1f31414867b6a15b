/** API Gateway ends every connection after two hours. */
export const MAX_CONNECTION_MS = 2 * 60 * 60 * 1000;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
export const MAX_INVOCATION_MS = 15 * 60 * 1000;
