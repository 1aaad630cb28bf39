import { writeFileSync } from "node:fs";
import { FULL } from "./peers/amount.ts";
import { type PeerFigures, type PeersFigures, readPeersFigures } from "./peers/figures.ts";

/**
 * The pictures of the README, drawn from what the comparison with the rivals measured. Run as `node bench/pictures.ts`, they are
 * drawn again from the figures of the last whole run; nothing in them is written by hand.
 */
interface Bar {
  readonly name: string;
  readonly note: string;
  readonly isOurs: boolean;
  readonly value: number;
  readonly of: number;
  /** Answers that were given twice. */
  readonly twice?: number;
}

interface Chart {
  readonly title: string;
  /** What a bar is long by. */
  readonly axis: string;
  readonly bars: readonly Bar[];
  /** How the figures were obtained, a line each. */
  readonly caption: readonly string[];
}

const FOLDER = new URL("../docs/img/", import.meta.url);
const WIDTH = 880;
const LEFT = 300;
const RIGHT = 110;
const TOP = 84;
const ROW = 50;
const BAR = 22;
const LINE = 18;
const PLOT = WIDTH - LEFT - RIGHT;

const STYLE = `
  text { font-family: ui-sans-serif, system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #1f2933; }
  .card { fill: #ffffff; stroke: #d5dbe1; }
  .title { font-size: 20px; font-weight: 650; }
  .axis, .note, .caption { font-size: 12px; fill: #5b6770; }
  .name { font-size: 14px; font-weight: 600; }
  .value { font-size: 14px; font-weight: 600; font-variant-numeric: tabular-nums; }
  .grid { stroke: #e4e8ec; }
  .base { stroke: #9aa5b1; }
  .rival { fill: #c2613a; }
  .ours { fill: #14805e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .card { fill: #10161d; stroke: #30363d; }
    .axis, .note, .caption { fill: #9aa7b3; }
    .grid { stroke: #232b34; }
    .base { stroke: #5b6770; }
    .rival { fill: #e08a63; }
    .ours { fill: #3fbf92; }
  }`;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Round steps of an axis, four to six of them. */
function stepOf(most: number): number {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
  return Math.max(1, factor * power);
}

/** What stands beside a bar: what it is long by, and what it does not show. */
function valueText({ value, of, twice = 0 }: Bar): string {
  const more = twice === 0 ? "" : ` · ${twice} answered twice`;
  return `${value} of ${of}${more}`;
}

function drawBar(bar: Bar, index: number, scale: (value: number) => number): string {
  const y = TOP + index * ROW;
  const middle = y + BAR / 2;
  const length = bar.value === 0 ? 3 : scale(bar.value);
  const kind = bar.isOurs ? "ours" : "rival";
  return [
    `<text class="name" x="${LEFT - 14}" y="${middle + 1}" text-anchor="end">${escape(bar.name)}</text>`,
    `<text class="note" x="${LEFT - 14}" y="${middle + 17}" text-anchor="end">${escape(bar.note)}</text>`,
    `<rect class="${kind}" x="${LEFT}" y="${y}" width="${length}" height="${BAR}" rx="2"/>`,
    `<text class="value" x="${LEFT + length + 9}" y="${middle + 5}">${valueText(bar)}</text>`,
  ].join("\n");
}

function drawAxis(most: number, scale: (value: number) => number, bottom: number): string {
  const step = stepOf(most);
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step);
  return ticks
    .map((tick) => {
      const x = LEFT + scale(tick);
      const kind = tick === 0 ? "base" : "grid";
      return `<line class="${kind}" x1="${x}" x2="${x}" y1="${TOP - 10}" y2="${bottom}"/><text class="axis" x="${x}" y="${bottom + 17}" text-anchor="middle">${tick}</text>`;
    })
    .join("\n");
}

/** Draws a chart as an SVG that is readable on light and on dark pages. */
function draw({ title, axis, bars, caption }: Chart): string {
  const most = Math.max(1, ...bars.map((bar) => bar.of));
  const scale = (value: number): number => Math.round((value / most) * PLOT * 10) / 10;
  const bottom = TOP + bars.length * ROW - 12;
  const captionTop = bottom + 68;
  const height = captionTop + caption.length * LINE + 2;
  const words = bars.map((bar) => `${bar.name}: ${valueText(bar)}`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${escape(title)}</title>
<desc id="desc">${escape(`${axis}. ${words}. ${caption.join(" ")}`)}</desc>
<style>${STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10"/>
<text class="title" x="24" y="40">${escape(title)}</text>
${drawAxis(most, scale, bottom)}
${bars.map((bar, index) => drawBar(bar, index, scale)).join("\n")}
<text class="axis" x="${LEFT + PLOT / 2}" y="${bottom + 38}" text-anchor="middle">${escape(axis)}</text>
${caption.map((line, n) => `<text class="caption" x="24" y="${captionTop + n * LINE}">${escape(line)}</text>`).join("\n")}
</svg>
`;
}

const noteOf = ({ version, acknowledges }: PeerFigures): string =>
  `${version} · 200 ${acknowledges}`;

function killChart({ facts, peers }: PeersFigures): Chart {
  return {
    title: "kill -9 after 100 acknowledged messages",
    axis: "messages acknowledged with 200 before the kill and never answered",
    bars: peers.map((peer) => ({
      name: peer.name,
      note: noteOf(peer),
      isOurs: peer.isOurs,
      value: peer.behaviour.kill.lost,
      of: peer.behaviour.kill.acknowledged,
      twice: peer.behaviour.kill.doubled,
    })),
    caption: [
      `${FULL.killRounds} rounds. 20 connections send webhooks to a bot that takes 200 ms; at the 100th acknowledgement the server is killed and`,
      "started again, and what was not acknowledged is sent again. The same stand-ins of provider and bot for all, each server as its",
      "own documents say. A server that answers 200 once the reply is sent makes the provider wait for the bot with every message.",
      ...sources(facts),
    ],
  };
}

function orderChart({ facts, peers }: PeersFigures): Chart {
  return {
    title: "Ten quick messages a person, a bot of 0 to 50 ms",
    axis: "conversations in which an answer overtook the answer to an earlier message",
    bars: peers.map((peer) => ({
      name: peer.name,
      note: noteOf(peer),
      isOurs: peer.isOurs,
      value: peer.behaviour.order.disordered,
      of: peer.behaviour.order.conversations,
    })),
    caption: [
      `${FULL.orderRounds} rounds of 20 people. Each sends 10 messages 15 ms apart over a connection of their own, in order; the bot takes 0 to 50 ms,`,
      "the same time for the same message. Counted by the order in which the replies reach the provider. The same stand-ins for all,",
      "each server as its own documents say; the Chat SDK with its “queue” strategy.",
      ...sources(facts),
    ],
  };
}

function sources([commit = "", ...machine]: readonly string[]): readonly string[] {
  return [`npm run bench -- peers · ${commit}`, ...machine];
}

/** The pictures by the name of their file, as SVG. */
export function drawPictures(figures: PeersFigures): ReadonlyMap<string, string> {
  return new Map([
    ["proof-kill.svg", draw(killChart(figures))],
    ["proof-order.svg", draw(orderChart(figures))],
  ]);
}

/** Draws the pictures into `docs/img/`. */
export function writePictures(figures: PeersFigures): void {
  for (const [name, svg] of drawPictures(figures)) writeFileSync(new URL(name, FOLDER), svg);
}

if (import.meta.main) {
  const figures = readPeersFigures();
  if (figures === undefined) throw new Error("there are no figures: npm run bench -- peers");
  writePictures(figures);
}
