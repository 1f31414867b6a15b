import { useState } from "preact/hooks";
import { plural } from "./format";

/** More entries of one object are shown on request. */
const SHOWN = 100;
const LONGEST_TEXT = 2_000;

/** Any JSON value, to open and close. Only text nodes: names and values may be hostile. */
export function Value({ value, name, open = 1 }: { value: unknown; name?: string; open?: number }) {
  if (typeof value !== "object" || value === null) {
    return (
      <div class="leaf">
        {name !== undefined && <Name name={name} />}
        <Leaf value={value} />
      </div>
    );
  }
  return <Branch value={value} name={name} open={open} />;
}

interface BranchProps {
  readonly value: object;
  readonly name: string | undefined;
  readonly open: number;
}

function Branch({ value, name, open }: BranchProps) {
  const [isOpen, setOpen] = useState(open > 0);
  const [shown, setShown] = useState(SHOWN);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const size = plural(
    entries.length,
    isList ? "entry" : "property",
    isList ? "entries" : "properties",
  );
  if (entries.length === 0) {
    return (
      <div class="leaf">
        {name !== undefined && <Name name={name} />}
        <span class="muted">{isList ? "[]" : "{}"}</span>
      </div>
    );
  }
  return (
    <details
      class="branch"
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        {name !== undefined && <Name name={name} />}
        <span class="muted">{isList ? `[ ${size} ]` : `{ ${size} }`}</span>
      </summary>
      {isOpen &&
        entries
          .slice(0, shown)
          .map(([key, one]) => <Value key={key} name={key} value={one} open={open - 1} />)}
      {isOpen && entries.length > shown && (
        <button type="button" class="more" onClick={() => setShown(shown + 10 * SHOWN)}>
          {plural(entries.length - shown, "more", "more")}
        </button>
      )}
    </details>
  );
}

function Name({ name }: { name: string }) {
  return <span class="key">{name}</span>;
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === "string") {
    const text = value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
    return <span class="text-value">"{text}"</span>;
  }
  return <span class="other-value">{String(value)}</span>;
}

/** A text that may be JSON. */
export function TextValue({ text, open = 2 }: { text: string; open?: number }) {
  try {
    return <Value value={JSON.parse(text)} open={open} />;
  } catch {
    return <pre class="raw">{text}</pre>;
  }
}
