import { request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { until } from "../../until.ts";

/** One event as a client reads it. */
export interface Heard {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of the live stream, as a browser's EventSource would be. */
export interface Listener {
  readonly status: () => number;
  readonly headers: () => IncomingMessage["headers"];
  readonly heard: readonly Heard[];
  /** The whole text, comments included. */
  readonly text: () => string;
  /** What it would show when it comes back. */
  readonly lastId: () => string;
  readonly isOver: () => boolean;
  readonly pause: () => void;
  readonly leave: () => void;
}

interface Reading {
  text: string;
  rest: string;
  lastId: string;
  isOver: boolean;
  answer: IncomingMessage | undefined;
}

/** Reads blocks as the HTML standard says: an id counts also where its block has no data. */
function readBlock(block: string, reading: Reading, heard: Heard[]): void {
  let event = "message";
  let data = "";
  for (const line of block.split("\n")) {
    const [, field = "", value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === "id") reading.lastId = value;
    if (field === "event") event = value;
    if (field === "data") data += value;
  }
  if (data !== "") heard.push({ event, data: JSON.parse(data) });
}

/** Listens to a stream; resolves when the answer has begun. `only`: stops reading after so many events. */
export async function listenTo(
  url: string,
  headers: Readonly<Record<string, string>>,
  { only = Infinity }: { readonly only?: number } = {},
): Promise<Listener> {
  const heard: Heard[] = [];
  const reading: Reading = { text: "", rest: "", lastId: "", isOver: false, answer: undefined };
  const call: ClientRequest = request(url, { headers, agent: false });
  call.on("error", () => {
    reading.isOver = true;
  });
  call.on("response", (answer) => {
    reading.answer = answer;
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => {
      reading.text += chunk;
      reading.rest += chunk;
      for (;;) {
        const end = reading.rest.indexOf("\n\n");
        if (end < 0 || heard.length >= only) return;
        const block = reading.rest.slice(0, end);
        reading.rest = reading.rest.slice(end + 2);
        readBlock(block, reading, heard);
      }
    });
    for (const word of ["end", "close", "error"])
      answer.on(word, () => {
        reading.isOver = true;
      });
  });
  call.end();
  await until(() => reading.answer !== undefined || reading.isOver);
  return {
    status: () => reading.answer?.statusCode ?? 0,
    headers: () => reading.answer?.headers ?? {},
    heard,
    text: () => reading.text,
    lastId: () => reading.lastId,
    isOver: () => reading.isOver,
    pause: () => reading.answer?.pause(),
    leave: () => call.destroy(),
  };
}
