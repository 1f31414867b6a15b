import type { Clients } from "../clients";
import { ALLOWED_ORIGIN, FOREIGN_ORIGIN } from "../names";
import { finding, needsAws, type Probe } from "../probe";

const ATTEMPTS = 10;
const METRICS = ["ClientError", "ExecutionError", "IntegrationError"];

export const origins: Probe = {
  number: 12,
  title: "refused origins",
  does: `${ATTEMPTS} connects from a foreign origin; reads which metrics of API Gateway rise`,
  expected:
    "403 each; IntegrationError and ExecutionError, which ring the alarm Gateway, stay at 0",
  minutes: 5,
  usd: 0,
  async run({ platform: { control }, clients }) {
    const statuses = new Set<number | undefined>();
    const refuse = async () => {
      for (let n = 0; n < ATTEMPTS; n++) statuses.add(await statusFor(clients, FOREIGN_ORIGIN));
    };
    const admit = async () => void (await statusFor(clients, ALLOWED_ORIGIN));
    const metrics = control ? await control.gatewayMetrics(METRICS, refuse, admit) : undefined;
    if (!control) await refuse();
    const admitted = await statusFor(clients, ALLOWED_ORIGIN);
    const { IntegrationError = 0, ExecutionError = 0 } = metrics ?? {};
    return finding(
      { refusedWith: [...statuses], allowedWith: admitted, metrics },
      {
        "a foreign origin gets 403": statuses.size === 1 && statuses.has(403),
        "the allowed origin is let in": admitted === 101,
        ...(metrics && {
          "no metric of the alarm Gateway": IntegrationError + ExecutionError === 0,
        }),
      },
      control ? [] : needsAws("metrics of API Gateway"),
    );
  },
};

async function statusFor(clients: Clients, origin: string): Promise<number | undefined> {
  const socket = clients.raw({ headers: { origin } });
  const isDecided = () => socket.refusedWith !== undefined || socket.upgradeMs !== undefined;
  await socket.until("an answer to the upgrade", isDecided);
  const status = socket.refusedWith ?? 101;
  socket.close();
  return status;
}
