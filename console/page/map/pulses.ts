import { useEffect, useState } from "preact/hooks";
import { listen } from "../api";

/** A packet that passes, where its socket is in the picture. */
export interface Pulse {
  readonly id: number;
  readonly socket: string;
  readonly direction: "in" | "out";
  readonly until: number;
}

const LASTS_MS = 1_100;
const MOST = 40;

/** Packets of a namespace as they pass; none where the source has no events or motion is not wanted. */
export function usePulses(namespace: string, isOn: boolean): readonly Pulse[] {
  const [pulses, setPulses] = useState<readonly Pulse[]>([]);
  useEffect(() => {
    if (!isOn || namespace === "" || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      return undefined;
    }
    const abort = new AbortController();
    const began = Date.now();
    listen(
      { namespace },
      ({ batch }) => {
        const now = Date.now();
        const fresh = batch
          .filter(({ at, kind }) => at >= began && kind === "event")
          .slice(-MOST)
          .map(({ id, socket, direction }) => ({ id, socket, direction, until: now + LASTS_MS }));
        setPulses((before) =>
          [...before.filter(({ until }) => until > now), ...fresh].slice(-MOST),
        );
      },
      abort.signal,
    ).catch(() => undefined);
    return () => abort.abort();
  }, [namespace, isOn]);
  return pulses;
}
