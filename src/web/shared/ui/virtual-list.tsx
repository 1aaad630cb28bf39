import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { computeTops, findIndex, type Place, readPlace, topFor } from "./virtual-place.ts";

/** Moves a list from outside. */
export interface ListControl {
  readonly toEnd: () => void;
  /** Brings a row into view; false where the list does not have it. */
  readonly toRow: (key: string) => boolean;
}

interface VirtualListProps<Row> {
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What a row is likely to measure before it was seen, pixels. */
  readonly estimate: number;
  readonly children: (row: Row, index: number) => ComponentChildren;
  /** Called when somebody comes near the end. */
  readonly onEnd?: () => void;
  /** Called when somebody comes near the beginning. */
  readonly onStart?: () => void;
  /** "end": begins at the end and stays there while rows come, unless somebody scrolls up. */
  readonly anchor?: "start" | "end";
  /** Told whether the end is seen. */
  readonly onPlace?: (isAtEnd: boolean) => void;
  readonly control?: { current: ListControl | undefined };
  readonly label: string;
  readonly role?: "list" | "log";
}

/** Rows drawn beyond what is seen, at either end, pixels. */
const MARGIN = 600;

/** Where a row that was asked for stands: a third below the upper edge. */
const SOUGHT_AT = 1 / 3;

/**
 * A list of any length of which only what is seen is in the page. Rows may have any height: they are measured as they
 * appear. What somebody looks at stays where it is when rows come above it or are measured. It scrolls in the box it is put
 * into, which must have a height.
 */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { rows, keyOf, estimate, children, onEnd, onStart, onPlace, control } = props;
  const { anchor = "start", label, role = "list" } = props;
  const box = useRef<HTMLDivElement>(null);
  const inside = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  const place = useRef<Place>({ key: undefined, offset: 0, isAtEnd: anchor === "end" });
  const [view, setView] = useState({ top: 0, height: 800 });
  const [measured, setMeasured] = useState(0);

  const keys = useMemo(() => rows.map(keyOf), [rows]);
  // `measured` says that a height is known better.
  const tops = useMemo(
    () => computeTops(keys, heights.current, estimate),
    [keys, measured, estimate],
  );
  const now = useRef({ keys, tops, anchor, onPlace });
  now.current = { keys, tops, anchor, onPlace };

  const first = Math.max(0, findIndex(tops, view.top - MARGIN));
  const last = Math.min(rows.length, findIndex(tops, view.top + view.height + MARGIN) + 1);

  const look = () => {
    const element = box.current;
    if (element === null) return;
    const seen = { top: element.scrollTop, height: element.clientHeight };
    place.current = readPlace(now.current.keys, now.current.tops, seen);
    now.current.onPlace?.(place.current.isAtEnd);
    setView((old) => (old.top === seen.top && old.height === seen.height ? old : seen));
  };
  /** Goes back to what was looked at. */
  const settle = () => {
    const element = box.current;
    if (element === null) return;
    const seen = { top: element.scrollTop, height: element.clientHeight };
    const top = topFor({ ...now.current, place: place.current, view: seen });
    if (Math.abs(top - seen.top) >= 1) element.scrollTop = top;
    look();
  };
  const measure = () => {
    let isNew = false;
    for (const element of inside.current?.querySelectorAll<HTMLElement>("[data-row]") ?? []) {
      const key = element.dataset["row"] ?? "";
      const height = element.offsetHeight;
      if (height > 0 && heights.current.get(key) !== height) {
        heights.current.set(key, height);
        isNew = true;
      }
    }
    if (isNew) setMeasured((count) => count + 1);
  };

  useLayoutEffect(measure);
  useLayoutEffect(settle, [tops]);
  useEffect(() => {
    const element = box.current;
    const rowsBox = inside.current;
    if (element === null || rowsBox === null) return undefined;
    const observer = new ResizeObserver(() => {
      measure();
      settle();
    });
    observer.observe(element);
    // A row that opens or whose picture arrives becomes higher by itself.
    observer.observe(rowsBox);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  if (control !== undefined)
    control.current = {
      toEnd: () => {
        place.current = { key: undefined, offset: 0, isAtEnd: true };
        const element = box.current;
        if (element !== null) element.scrollTop = element.scrollHeight;
        look();
      },
      toRow: (key) => {
        const element = box.current;
        const index = now.current.keys.indexOf(key);
        if (element === null || index === -1) return false;
        const top = (now.current.tops[index] ?? 0) - SOUGHT_AT * element.clientHeight;
        place.current = { ...place.current, isAtEnd: false };
        element.scrollTop = top;
        look();
        return true;
      },
    };

  const isAtEnd = last >= rows.length;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, rows.length, onEnd]);
  const isAtStart = first === 0 && view.top < MARGIN;
  useEffect(() => {
    if (isAtStart) onStart?.();
  }, [isAtStart, rows.length, onStart]);

  const isQuiet = role === "log" && !place.current.isAtEnd;
  return (
    <div
      class="virtual-list"
      ref={box}
      role={role}
      aria-label={label}
      // What comes into the page by scrolling is no news.
      {...(role === "log" && { "aria-live": isQuiet ? "off" : "polite" })}
      tabIndex={0}
    >
      <div class="virtual-space" style={{ height: `${tops.at(-1) ?? 0}px` }}>
        <div
          class="virtual-rows"
          ref={inside}
          style={{ transform: `translateY(${tops[first] ?? 0}px)` }}
        >
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
