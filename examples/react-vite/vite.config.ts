import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // While one develops, Vite has the page, and lambda-rooms the WebSocket.
  server: { proxy: { "/socket.io": { target: "http://localhost:3000", ws: true } } },
});
