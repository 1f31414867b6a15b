import path from "node:path";

/** The page for trying out rooms: URL paths and the files behind them. No build step. */
const root = path.join(__dirname, "..");
const client = path.dirname(require.resolve("socket.io-client/package.json"));

export const page: Record<string, string> = {
  "/": path.join(root, "apps/page/index.html"),
  "/page.js": path.join(root, "apps/page/page.js"),
  "/page.css": path.join(root, "apps/page/page.css"),
  "/socket.io.min.js": path.join(client, "dist/socket.io.min.js"),
};
