import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { CliError, EXIT } from "../failure.ts";

/** Asks for things on a terminal. */
export interface Asker {
  /** Asks for a line; `hidden` does not show what is typed. */
  readonly line: (question: string, options?: { readonly hidden?: boolean }) => Promise<string>;
  readonly close: () => void;
}

/** Where somebody sits. */
interface Seat {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

/** Lines in the order in which they came, for whoever asks; what is typed ahead waits. */
function createQueue() {
  const lines: string[] = [];
  const waiting: PromiseWithResolvers<string>[] = [];
  let failure: unknown;
  return {
    push: (line: string): void => {
      const first = waiting.shift();
      if (first === undefined) lines.push(line);
      else first.resolve(line);
    },
    fail: (reason: unknown): void => {
      failure ??= reason;
      for (const { reject } of waiting.splice(0)) reject(failure);
    },
    next: (): Promise<string> => {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      const waiter = Promise.withResolvers<string>();
      if (failure === undefined) waiting.push(waiter);
      else waiter.reject(failure);
      return waiter.promise;
    },
  };
}

/** Opens the questions. Ctrl-C stops the whole command; the end of the input is an error, for nobody is left to ask. */
export function openAsker({ stdin, stderr }: Seat, signal: AbortSignal): Asker {
  let isMuted = false;
  const output = new Writable({
    write: (chunk: Buffer | string, _encoding, done) => {
      if (!isMuted) stderr.write(chunk);
      done();
    },
  });
  const queue = createQueue();
  const lines = createInterface({ input: stdin, output, terminal: stdin.isTTY === true });
  lines.on("line", queue.push);
  // On a terminal the key comes here and not as a signal to the process.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  lines.on("close", () => queue.fail(endOfInput()));
  const stop = (): void => queue.fail(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  return {
    line: async (question, { hidden = false } = {}) => {
      // The last line is drawn again when somebody corrects what is typed; what stands above it is not.
      const above = question.slice(0, question.lastIndexOf("\n") + 1);
      stderr.write(above);
      lines.setPrompt(question.slice(above.length));
      lines.prompt();
      isMuted = hidden;
      try {
        return (await queue.next()).trim();
      } finally {
        if (isMuted && stdin.isTTY === true) stderr.write("\n");
        isMuted = false;
      }
    },
    close: () => {
      signal.removeEventListener("abort", stop);
      lines.close();
    },
  };
}

const endOfInput = (): CliError =>
  new CliError("the input ended before every question was answered; nothing was written", {
    code: EXIT.usage,
    advice: "give --provider and --backend to be asked nothing",
  });
