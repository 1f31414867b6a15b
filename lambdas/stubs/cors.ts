/**
 * Stands in for the package `cors` in the bundles. The option `cors` of a stock server stays legal;
 * a WebSocket has no cross-origin requests to answer.
 */
export default function cors() {
  return (_request: unknown, _response: unknown, next: () => void): void => next();
}
