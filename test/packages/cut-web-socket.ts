import WebSocket from "ws";

/** A class of WebSockets that a test can cut as a network does: without a close frame. */
export function cuttableWebSocket() {
  const opened: WebSocket[] = [];
  const Cuttable = class extends WebSocket {
    constructor(url: string) {
      super(url);
      opened.push(this);
    }
  };
  return { WebSocket: Cuttable, opened, cut: () => opened.at(-1)?.terminate() };
}
