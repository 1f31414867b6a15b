import path from "node:path";

/** The page for trying out rooms, which a clone has: URL paths and the files behind them. No build step. */
export function page(): Record<string, string> {
  const root = path.join(__dirname, "..");
  const client = path.dirname(require.resolve("socket.io-client/package.json"));
  return {
    "/": path.join(root, "apps/page/index.html"),
    "/page.js": path.join(root, "apps/page/page.js"),
    "/page.css": path.join(root, "apps/page/page.css"),
    "/socket.io.min.js": path.join(client, "dist/socket.io.min.js"),
  };
}
