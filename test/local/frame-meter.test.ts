import { FrameMeter } from "../../local/gateway/frame-meter";

const limits = { frameBytes: 1000, messageBytes: 2500 };

interface FrameFixture {
  readonly bytes: number;
  readonly opcode?: number;
  readonly fin?: boolean;
}

/** A masked frame as a client sends it, with a payload that looks like headers. */
function frame({ bytes, opcode = 1, fin = true }: FrameFixture): Buffer {
  const first = (fin ? 0x80 : 0) | opcode;
  const length =
    bytes < 126
      ? Buffer.from([first, 0x80 | bytes])
      : bytes < 65_536
        ? Buffer.from([first, 0x80 | 126, bytes >> 8, bytes & 0xff])
        : Buffer.from([
            first,
            0x80 | 127,
            0,
            0,
            0,
            0,
            bytes / 2 ** 24,
            bytes >> 16,
            bytes >> 8,
            bytes,
          ]);
  return Buffer.concat([length, Buffer.alloc(4, 0xff), Buffer.alloc(bytes, 0xff)]);
}

const exceeds = (...frames: FrameFixture[]) =>
  new FrameMeter(limits).exceeds(Buffer.concat(frames.map(frame)));

const part = (opcode: number, fin = false) => ({ bytes: 900, opcode, fin });

test.each<[string, FrameFixture[], boolean]>([
  [
    "frames within the limit",
    [{ bytes: 0 }, { bytes: 125 }, { bytes: 126 }, { bytes: 1000 }],
    false,
  ],
  ["a frame above it", [{ bytes: 1001 }], true],
  ["a frame whose length takes eight bytes", [{ bytes: 70_000 }], true],
  ["a large frame after others", [{ bytes: 1000 }, { bytes: 3 }, { bytes: 1001 }], true],
  ["messages that together are too large", [{ bytes: 900 }, { bytes: 900 }, { bytes: 900 }], false],
  ["a message whose frames together are too large", [part(1), part(0), part(0, true)], true],
  [
    "such a message with a ping inside",
    [part(1), part(0), { bytes: 9, opcode: 9 }, part(0, true)],
    true,
  ],
  ["a message in frames after another", [part(1), part(0, true), part(1), part(0, true)], false],
])("%s", (_, frames, expected) => {
  expect(exceeds(...frames)).toBe(expected);
});

test.each([1, 2, 3, 7, 1024])(
  "finds a large frame in chunks of %s bytes, as soon as its header is there",
  (size) => {
    const before = Buffer.concat([{ bytes: 300 }, part(1), part(0, true)].map(frame));
    const all = Buffer.concat([before, frame({ bytes: 1001 })]);
    const meter = new FrameMeter(limits);
    let offset = 0;
    while (!meter.exceeds(all.subarray(offset, offset + size))) offset += size;
    expect(offset).toBeGreaterThanOrEqual(before.length - size);
    expect(offset).toBeLessThan(before.length + 4);
  },
);
