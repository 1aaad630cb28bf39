import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { language } from "../../shared/language.ts";
import { type Ink, readInks, useAppearance } from "./colours.ts";

/** One line or one part of the bars. */
export interface ChartSeries {
  readonly label: string;
  readonly ink: Ink;
  /** A value for each moment; null leaves a gap. */
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly title: string;
  readonly hint: string;
  /** Bars are drawn one before the other: each value counts from the bottom, the last series is the highest. */
  readonly kind: "bars" | "lines";
  /** The moments, seconds since 1970. */
  readonly moments: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly formatValue: (value: number) => string;
  readonly formatMoment: (moment: number) => string;
  /** What is said of one moment under the pointer. */
  readonly readout: (index: number) => string;
  /** The same figures for whoever does not see the picture. */
  readonly table: ComponentChildren;
}

/** Pixels. */
const HEIGHT = 220;

/** The largest part of its room that a bar takes, and its widest in pixels. */
const BAR: readonly [number, number] = [0.7, 36];

/** A chart with its legend, what it says under the pointer, and its figures as a table. */
export function Chart(props: ChartProps) {
  const { title, hint, kind, series, table, readout } = props;
  const titleId = useId();
  const [pointed, setPointed] = useState<number>();
  const place = usePlot(props, setPointed);
  return (
    <figure class="card ov-chart" aria-labelledby={titleId}>
      <figcaption class="ov-chart-head">
        <h2 id={titleId}>{title}</h2>
        <ul class="ov-legend" aria-hidden="true">
          {series.map(({ label, ink }) => (
            <li key={label}>
              <span class={`ov-mark ov-mark-${kind}`} style={{ background: `var(${ink})` }} />
              {label}
            </li>
          ))}
        </ul>
      </figcaption>
      <div class="ov-chart-place" ref={place} aria-hidden="true" />
      <p class="hint" aria-hidden={pointed !== undefined}>
        {pointed === undefined ? hint : readout(pointed)}
      </p>
      <div class="visually-hidden">{table}</div>
    </figure>
  );
}

/** Keeps a plot in an element: made anew when its shape, colours or language change, else only fed. */
function usePlot(props: ChartProps, onPoint: (index: number | undefined) => void) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const appearance = useAppearance();
  const latest = useRef(props);
  latest.current = props;
  const data = dataOf(props);
  const shape = `${props.kind} ${props.series.map(({ ink }) => ink).join()} ${appearance} ${language.value}`;

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const width = () => Math.max(120, element.clientWidth);
    const options = optionsOf(latest, width(), onPoint);
    const made = new uPlot(options, dataOf(latest.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: width(), height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, onPoint]);

  const fed = JSON.stringify(data);
  useEffect(() => plot.current?.setData(dataOf(latest.current)), [fed]);
  return place;
}

function dataOf({ kind, moments, series }: ChartProps): uPlot.AlignedData {
  // What stands behind is drawn first.
  const drawn = kind === "bars" ? series.toReversed() : series;
  return [[...moments], ...drawn.map(({ values }) => [...values])];
}

function optionsOf(
  latest: { readonly current: ChartProps },
  width: number,
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const { kind, series } = latest.current;
  const [ink = "", line = "", ...colours] = readInks([
    "--ink-soft",
    "--line",
    ...series.map((one) => one.ink),
  ]);
  const isBars = kind === "bars";
  const painted = isBars ? colours.toReversed() : colours;
  const axis: uPlot.Axis = {
    stroke: ink,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  const { bars } = uPlot.paths;
  return {
    width,
    height: HEIGHT,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: !isBars } },
    scales: {
      x: {
        time: true,
        range: (_plot, min, max) => (isBars ? widen(latest.current.moments, min, max) : [min, max]),
      },
      y: { range: (_plot, _min, max) => [0, Math.max(max * 1.08, 4)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 28,
        values: (_plot, moments) => moments.map((moment) => latest.current.formatMoment(moment)),
      },
      {
        ...axis,
        size: 58,
        values: (_plot, values) => values.map((value) => latest.current.formatValue(value)),
      },
    ],
    series: [
      {},
      ...painted.map((colour) => ({
        stroke: colour,
        width: isBars ? 0 : 2,
        ...(isBars && { fill: colour, points: { show: false } }),
        ...(isBars && bars !== undefined && { paths: bars({ size: [...BAR], radius: 0.12 }) }),
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

/** Leaves half a bar's room at either end. */
function widen(moments: readonly number[], min: number, max: number): [number, number] {
  const step = (moments[1] ?? max) - (moments[0] ?? min);
  return [min - step / 2, max + step / 2];
}
