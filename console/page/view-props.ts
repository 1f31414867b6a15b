import type { About } from "../source";
import type { Route } from "./router";

/** What each view gets. */
export interface ViewProps {
  readonly route: Route;
  readonly about: About;
}
