import type { Terminal } from "./terminal.ts";

/** Shows how far long work has come. */
export interface Progress {
  /** `total` where it is known by now. */
  readonly update: (done: number, total?: number) => void;
  /** Ends the line. */
  readonly stop: () => void;
}

const BAR_WIDTH = 24;
/** How often the bar is drawn, and how often a line is written where there is no terminal, milliseconds. */
const DRAW_MS = 100;
const LINE_MS = 5_000;

export interface ProgressOptions {
  readonly label: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  readonly quiet: boolean;
  readonly now?: () => number;
}

/** Seconds as a clock shows them. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part) => String(part).padStart(2, "0")).join(":");
}

function describe(
  { label, unit }: ProgressOptions,
  { done, total, seconds }: { done: number; total: number | undefined; seconds: number },
): { text: string; share: number | undefined } {
  const rate = seconds > 0 ? done / seconds : 0;
  const pace = `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} ${unit}/s`;
  if (total === undefined || total === 0)
    return { text: `${label}: ${done} ${unit}, ${pace}`, share: undefined };
  const left = rate > 0 ? clock((total - done) / rate) : "?";
  return {
    text: `${label}: ${done} of ${total} ${unit}, ${pace}, ${left} left`,
    share: done / total,
  };
}

/** A bar that draws itself over on a terminal; elsewhere a line every five seconds, so that logs stay short. */
export function startProgress(terminal: Terminal, options: ProgressOptions): Progress {
  const { stderr } = terminal;
  const now = options.now ?? Date.now;
  const started = now();
  const isDrawn = stderr.isTTY;
  let last = isDrawn ? 0 : started;
  let hasDrawn = false;
  return {
    update: (done, total) => {
      const at = now();
      const isComplete = total !== undefined && done >= total;
      if (options.quiet || (at - last < (isDrawn ? DRAW_MS : LINE_MS) && !(isDrawn && isComplete)))
        return;
      last = at;
      const { text, share } = describe(options, { done, total, seconds: (at - started) / 1_000 });
      if (!isDrawn) {
        stderr.write(`${text}\n`);
        return;
      }
      const filled = Math.min(BAR_WIDTH, Math.floor((share ?? 0) * BAR_WIDTH));
      const bar =
        share === undefined ? "" : `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} `;
      stderr.write(`\r\u001b[2K${bar}${text}`);
      hasDrawn = true;
    },
    stop: () => {
      if (hasDrawn) stderr.write("\n");
    },
  };
}
