import { Clients } from "../clients";
import { finding, type Probe } from "../probe";

const PER_SECOND = 5;
const FRAMES = 50;

export const throttle: Probe = {
  number: 13,
  title: "the stage's throttle",
  does: `sets the stage to ${PER_SECOND} a second, sends ${FRAMES} pongs a second`,
  expected:
    "an error frame for each frame too many, or an end with 1008; its exact text is reported",
  minutes: 2,
  usd: 0,
  run({ platform }) {
    return platform.withThrottle(PER_SECOND, async (endpoint) => {
      const clients = new Clients(endpoint);
      try {
        const socket = await clients.rawConnected();
        const isThrottled = () => socket.closed !== undefined || socket.frames.some(isErrorFrame);
        const send = () => {
          if (isThrottled()) return;
          for (let n = 0; n < FRAMES; n++) socket.send("3");
        };
        send();
        // A changed stage takes a while to apply.
        const rounds = setInterval(send, 1000);
        await socket
          .until("a frame too many to be refused", isThrottled)
          .finally(() => clearInterval(rounds));
        const [example] = socket.frames.filter(isErrorFrame);
        return finding(
          {
            errorFrame: example,
            errorFrames: socket.frames.filter(isErrorFrame).length,
            closeCode: socket.closed?.code,
          },
          {
            'an error frame that says "Too Many Requests", or 1008':
              example?.includes("Too Many Requests") === true || socket.closed?.code === 1008,
          },
        );
      } finally {
        clients.close();
      }
    });
  },
};

/** A frame of API Gateway itself; Engine.IO's begin with a digit. */
function isErrorFrame(frame: string): boolean {
  return frame.startsWith("{");
}
