import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { List } from "../../source";
import { type ApiError, type Query, read } from "../api";
import { plural } from "./format";

/** A column of a table. */
export interface Column<T> {
  readonly title: string;
  /** Of the column; `auto` takes what is left. */
  readonly width: string;
  /** By which the server sorts; absent where it does not. */
  readonly sort?: string;
  readonly isNumber?: boolean;
  /** Left out on a phone. */
  readonly isWide?: boolean;
  readonly show: (row: T) => ComponentChildren;
}

interface RowsProps<T> {
  readonly label: string;
  readonly path: string;
  readonly query: Query;
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string;
  readonly sort: string;
  readonly descending: boolean;
  readonly onSort: (sort: string, descending: boolean) => void;
  /** What is shown where no row is. */
  readonly empty: ComponentChildren;
  /** A row, for the line above the table: `room`. */
  readonly noun: string;
}

const ROW = 36;
const CHUNK = 100;
const BEYOND = 8;
const EVERY_MS = 2_000;

/** A table of any length: it holds the rows that are seen, and reads them from the server in pieces. */
export function Rows<T>(props: RowsProps<T>) {
  const { label, columns, keyOf, empty, noun } = props;
  const box = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 40 });
  const { total, rowAt, error, truncated } = useChunks<T>(props, range);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => {
      const from = Math.max(0, Math.floor(element.scrollTop / ROW) - BEYOND);
      const to = from + Math.ceil(element.clientHeight / ROW) + 2 * BEYOND;
      setRange((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  const from = Math.min(range.from, total ?? 0);
  const to = Math.min(range.to, total ?? 0);
  const seen = Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);
  return (
    <section class="rows" aria-label={label}>
      <p class="caption" role="status">
        {total === undefined ? "Reading …" : plural(total, noun)}
        {truncated &&
          " in the part that was read: there are more connections than the console reads"}
      </p>
      {error && <p class="notice is-bad">{error.message}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys. */}
      <div class="grid" ref={box} tabIndex={0}>
        <table aria-label={label} aria-rowcount={(total ?? 0) + 1}>
          <colgroup>
            {columns.map(({ title, width, isWide }) => (
              <col key={title} class={isWide ? "is-wide" : ""} style={{ width }} />
            ))}
          </colgroup>
          <Head {...props} />
          <tbody>
            <Space height={from * ROW} columns={columns.length} />
            {seen.map((place) => {
              const row = rowAt(place);
              return (
                <tr key={row ? keyOf(row) : `place ${place}`} aria-rowindex={place + 2}>
                  {columns.map((column) => (
                    <td key={column.title} class={classOf(column)}>
                      {row ? column.show(row) : <span class="ghost" />}
                    </td>
                  ))}
                </tr>
              );
            })}
            <Space height={((total ?? 0) - to) * ROW} columns={columns.length} />
          </tbody>
        </table>
        {total === 0 && <div class="empty">{empty}</div>}
      </div>
    </section>
  );
}

/** Stands for rows that are not seen. */
function Space({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus.
    <tr aria-hidden="true">
      <td class="grid-space" colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

function Head<T>({ columns, sort, descending, onSort }: RowsProps<T>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const isSorted = column.sort === sort;
          const order = isSorted ? (descending ? "descending" : "ascending") : undefined;
          return (
            <th key={column.title} scope="col" class={classOf(column)} aria-sort={order}>
              {column.sort === undefined ? (
                column.title
              ) : (
                <button
                  type="button"
                  class="sort"
                  onClick={() =>
                    onSort(column.sort ?? "", isSorted ? !descending : column.isNumber === true)
                  }
                >
                  {column.title}
                  <span aria-hidden="true">{isSorted ? (descending ? " ↓" : " ↑") : ""}</span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function classOf<T>({ isNumber, isWide }: Column<T>): string {
  return `cell ${isNumber ? "is-number" : ""} ${isWide ? "is-wide" : ""}`;
}

/** The pieces around what is seen, read again every other second. */
function useChunks<T>(
  { path, query, sort, descending }: RowsProps<T>,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const key = JSON.stringify([path, query, sort, descending]);
  const chunks = useMemo(() => new Map<number, readonly T[]>(), [key]);
  const [state, setState] = useState<{ key: string; total?: number; truncated?: boolean }>({ key });
  const [error, setError] = useState<ApiError>();
  const first = Math.floor(from / CHUNK);
  const last = Math.floor(Math.max(from, to - 1) / CHUNK);
  useEffect(() => {
    const abort = new AbortController();
    let timer: number | undefined;
    const look = async () => {
      try {
        if (!document.hidden) {
          for (let chunk = first; chunk <= last; chunk++) {
            const asked = { ...query, sort, descending, offset: chunk * CHUNK, limit: CHUNK };
            const list = await read<List<T>>(path, asked, abort.signal);
            chunks.set(chunk, list.rows);
            setState({ key, total: list.total, truncated: list.truncated });
          }
          setError(undefined);
        }
      } catch (failure) {
        if (abort.signal.aborted) return;
        setError(failure as ApiError);
      }
      timer = window.setTimeout(look, EVERY_MS);
    };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, first, last]);
  const isCurrent = state.key === key;
  return {
    total: isCurrent ? state.total : undefined,
    truncated: isCurrent && state.truncated === true,
    error,
    rowAt: (place: number): T | undefined => chunks.get(Math.floor(place / CHUNK))?.[place % CHUNK],
  };
}
