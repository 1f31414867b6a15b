import { render } from "preact";
import { takeToken } from "./api";
import { App } from "./app";
import { applyTheme } from "./theme";

takeToken();
// The URL with the token may be opened in a tab that is open already.
window.addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) {
    takeToken();
    location.reload();
  }
});
applyTheme();
render(<App />, document.getElementById("app") as HTMLElement);
