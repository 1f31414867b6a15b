import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, type Query, read } from "./api";

/** What a view knows of what it reads. */
export interface Reading<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  /** Reads now. */
  readonly again: () => void;
}

/** Reads a path again and again while the page is seen. Data of another path is not shown. */
export function usePoll<T>(path: string, query: Query, everyMs: number): Reading<T> {
  const key = `${path} ${JSON.stringify(query)}`;
  const [state, setState] = useState<{ key: string; data?: T; error?: ApiError }>({ key });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: number | undefined;
    const look = async () => {
      if (!document.hidden) {
        try {
          const data = await read<T>(path, query, abort.signal);
          setState({ key, data });
        } catch (error) {
          if (abort.signal.aborted) return;
          setState((before) => ({
            ...(before.key === key ? before : { key }),
            error: error as ApiError,
          }));
        }
      }
      if (!abort.signal.aborted) timer = window.setTimeout(look, everyMs);
    };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, everyMs, asked]);
  const again = useCallback(() => setAsked((count) => count + 1), []);
  const isCurrent = state.key === key;
  return {
    data: isCurrent ? state.data : undefined,
    error: isCurrent ? state.error : undefined,
    again,
  };
}

/** A text that follows what a person types, a moment later. */
export function useDelayed<T>(value: T, delayMs = 200): T {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return delayed;
}

/** The size of an element, as it changes. */
export function useSize<E extends Element>() {
  const ref = useRef<E>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size] as const;
}

/** The time now, told each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
