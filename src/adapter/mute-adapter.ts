import { Adapter } from "socket.io-adapter";
import { logWarning } from "../log";

let hasWarned = false;

/** The adapter of a function that only asks an application's locks: what the application sends there reaches no client. */
export class MuteAdapter extends Adapter {
  override broadcast(): void {
    warn();
  }

  override broadcastWithAck(): void {
    warn();
  }

  override serverSideEmit(): void {
    warn();
  }

  override addSockets(): void {
    warn();
  }

  override delSockets(): void {
    warn();
  }

  override disconnectSockets(): void {
    warn();
  }
}

/** Once: a timer of a module may send every second. */
function warn(): void {
  if (hasWarned) return;
  hasWarned = true;
  const place = new Error().stack?.split("\n").slice(2).join("\n");
  logWarning(
    "The application sends in the function of $connect, which reaches no client: send from a listener, such as the one for `connection`",
    { place },
  );
}
