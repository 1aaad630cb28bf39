import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

interface VirtualListProps<Row> {
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What a row is likely to measure before it was seen, pixels. */
  readonly estimate: number;
  readonly children: (row: Row, index: number) => ComponentChildren;
  /** Called when somebody comes near the end. */
  readonly onEnd?: () => void;
  readonly label: string;
  readonly role?: "list" | "log";
}

/** Rows drawn beyond what is seen, at either end, pixels. */
const MARGIN = 600;

/**
 * A list of any length of which only what is seen is in the page. Rows may have any height: they are measured as they
 * appear. It scrolls in the box it is put into, which must have a height.
 */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { rows, keyOf, estimate, children, onEnd, label, role = "list" } = props;
  const box = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  const [view, setView] = useState({ top: 0, height: 800 });
  const [measured, setMeasured] = useState(0);

  const tops = useMemo(() => {
    const found = [0];
    let sum = 0;
    for (const row of rows) {
      sum += heights.current.get(keyOf(row)) ?? estimate;
      found.push(sum);
    }
    return found;
    // `measured` says that a height is known better.
  }, [rows, measured, estimate]);

  const first = Math.max(0, findIndex(tops, view.top - MARGIN));
  const last = Math.min(rows.length, findIndex(tops, view.top + view.height + MARGIN) + 1);

  useLayoutEffect(() => {
    const shown = box.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [];
    let isNew = false;
    for (const element of shown) {
      const key = element.dataset["row"] ?? "";
      const height = element.offsetHeight;
      if (height > 0 && heights.current.get(key) !== height) {
        heights.current.set(key, height);
        isNew = true;
      }
    }
    if (isNew) setMeasured((count) => count + 1);
  });

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  const isAtEnd = last >= rows.length;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, rows.length, onEnd]);

  return (
    <div class="virtual-list" ref={box} role={role} aria-label={label} tabIndex={0}>
      <div class="virtual-space" style={{ height: `${tops.at(-1) ?? 0}px` }}>
        <div class="virtual-rows" style={{ transform: `translateY(${tops[first] ?? 0}px)` }}>
          {rows.slice(first, last).map((row, offset) => (
            <div
              key={keyOf(row)}
              data-row={keyOf(row)}
              {...(role === "list" && {
                role: "listitem",
                "aria-posinset": first + offset + 1,
                "aria-setsize": rows.length,
              })}
            >
              {children(row, first + offset)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** The last index whose value is not beyond `value`. */
function findIndex(tops: readonly number[], value: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tops[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
