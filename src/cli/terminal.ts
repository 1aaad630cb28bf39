import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** What a command writes to and reads from. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where a command says things: results go to stdout, everything about them to stderr. */
export interface Output {
  /** Whether results are JSON. */
  readonly isJson: boolean;
  /** A result: as JSON where that was asked for, else as `text` says it. */
  readonly result: (value: unknown, text: () => string) => void;
  /** One of many results: a line of JSON each (NDJSON), or a line of text. */
  readonly line: (value: unknown, text: () => string) => void;
  /** Something beside the results; left out with `--quiet`. */
  readonly note: (text: string) => void;
  /** Text in a style, where stdout is a terminal that shows one. */
  readonly paint: (style: Style | readonly Style[], text: string) => string;
  /** The same for stderr. */
  readonly paintNote: (style: Style | readonly Style[], text: string) => string;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Whether a stream shows colours: a terminal does, unless `NO_COLOR` is set (https://no-color.org). */
function showsColour(stream: NodeJS.WriteStream, env: Terminal["env"]): boolean {
  return stream.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

/** Builds what a command writes with. */
export function createOutput(terminal: Terminal, { json, quiet }: OutputOptions): Output {
  const { stdout, stderr, env } = terminal;
  const painter =
    (stream: NodeJS.WriteStream): Output["paint"] =>
    (style, text) =>
      showsColour(stream, env)
        ? styleText(typeof style === "string" ? style : [...style], text, {
            validateStream: false,
          })
        : text;
  const write = (text: string): void => void stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  return {
    isJson: json,
    result: (value, text) => write(json ? JSON.stringify(value, null, 2) : text()),
    line: (value, text) => write(json ? JSON.stringify(value) : text()),
    note: (text) => {
      if (!quiet) stderr.write(`${text}\n`);
    },
    paint: painter(stdout),
    paintNote: painter(stderr),
  };
}

/** Lines up rows of cells under their headings; the last column is not padded. */
export function tableText(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length)),
  );
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}
