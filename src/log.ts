import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { createLogger as createWinston, format, transports } from "winston";
import { createRedact } from "./log-redaction.ts";
import { activeTraceId } from "./trace.ts";

export { maskPhone } from "./log-redaction.ts";

export type LogFields = Readonly<Record<string, unknown>>;

type Write = (message: string, fields?: LogFields) => void;

/** Where the bridge says what it does. Messages are fixed sentences; everything that varies goes into `fields`. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** The log of the program itself, which can be changed while it runs. */
export interface ProgramLog extends Log {
  readonly setLevel: (level: LogLevel) => void;
  /** Hides these values too, from now on; those named before stay hidden. */
  readonly hide: (secrets: readonly string[]) => void;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogOptions {
  readonly level: LogLevel;
  /** Hidden wherever they occur. */
  readonly secrets: readonly string[];
  /** Where the lines go; standard output unless given. */
  readonly stream?: NodeJS.WritableStream;
  /** Key of the hash that stands for a phone number; give all machines the same, else each start has its own. */
  readonly maskKey?: string;
}

const correlation = new AsyncLocalStorage<string | undefined>();

/**
 * Characters JSON leaves alone and a terminal or a log viewer does not: DEL, C1 controls, line and paragraph
 * separators, and the marks that turn the direction of text.
 */
const CONTROLS = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Runs `work`, and everything it starts, under an id that each of its log lines carries; under none where it is undefined. */
export function withCorrelation<Result>(id: string | undefined, work: () => Result): Result {
  return correlation.run(id, work);
}

/** The id of the request or turn this code runs under. */
export function correlationId(): string | undefined {
  return correlation.getStore();
}

/** Builds the JSON log: one object a line, redacted, with the correlation id. */
export function createLogger(options: LogOptions): ProgramLog {
  const maskKey = options.maskKey ?? randomBytes(16).toString("hex");
  const hidden = new Set(options.secrets);
  let redact = createRedact({ secrets: [...hidden], maskKey });
  const logger = createWinston({
    level: options.level,
    format: format.combine(format.timestamp(), format.printf(toLine)),
    transports: [new transports.Stream({ stream: options.stream ?? process.stdout })],
  });
  const write =
    (level: LogLevel): Write =>
    (message, fields = {}) => {
      if (!logger.isLevelEnabled(level)) return;
      const safe = redact(fields);
      logger.log({
        ...(typeof safe === "object" ? safe : {}),
        ...(correlationId() === undefined ? {} : { correlation: redact(correlationId()) }),
        ...(activeTraceId() === undefined ? {} : { trace_id: activeTraceId() }),
        level,
        message: String(redact(message)),
      });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    setLevel: (level) => {
      logger.level = level;
    },
    hide: (secrets) => {
      for (const secret of secrets) hidden.add(secret);
      redact = createRedact({ secrets: [...hidden], maskKey });
    },
  };
}

function toLine({ timestamp, level, message, ...fields }: Record<string, unknown>): string {
  const line = JSON.stringify({ timestamp, level, message, ...fields });
  return line.replaceAll(
    CONTROLS,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
