import { useEffect, useState } from "preact/hooks";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isBad: boolean;
}

const SHOWN_MS = 6_000;
let last = 0;
let show: (toast: Toast) => void = () => undefined;

/** Says what became of an action. */
export function say(text: string, isBad = false): void {
  show({ id: ++last, text, isBad });
}

export function Toasts() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  useEffect(() => {
    show = (toast) => {
      setToasts((before) => [...before.slice(-2), toast]);
      setTimeout(() => setToasts((before) => before.filter(({ id }) => id !== toast.id)), SHOWN_MS);
    };
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map(({ id, text, isBad }) => (
        <p key={id} class={`toast ${isBad ? "is-bad" : ""}`}>
          {text}
        </p>
      ))}
    </div>
  );
}
