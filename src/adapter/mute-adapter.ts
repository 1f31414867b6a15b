import { Adapter } from "socket.io-adapter";
import { logWarning } from "../log";

let hasWarned = false;

/** The adapter of a copy of an application that serves no client: what it sends there reaches none. */
export class SilentAdapter extends Adapter {
  protected noteLoss(): void {}

  override broadcast(): void {
    this.noteLoss();
  }

  override broadcastWithAck(): void {
    this.noteLoss();
  }

  override serverSideEmit(): void {
    this.noteLoss();
  }

  override addSockets(): void {
    this.noteLoss();
  }

  override delSockets(): void {
    this.noteLoss();
  }

  override disconnectSockets(): void {
    this.noteLoss();
  }
}

/** Of the function that asks an application's locks: what they send is missing, and the log says so. */
export class MuteAdapter extends SilentAdapter {
  protected override noteLoss(): void {
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
