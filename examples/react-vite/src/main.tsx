import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { RoomsProvider } from "./rooms";
import "./style.css";

// The host of the page has the WebSocket too, here as on AWS.
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <RoomsProvider url="/socket.io/">
      <App />
    </RoomsProvider>
  </StrictMode>,
);
