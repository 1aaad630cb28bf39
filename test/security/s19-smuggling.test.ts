import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type RunningServer, startServer } from "../../src/http/server.ts";
import { signed, testApp, type TestApp } from "../http/setup.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { tellFigures } from "./figures.ts";

/** What a smuggler wants to be read as a request of its own: a genuine webhook, which would be stored. */
const HIDDEN_BODY = JSON.stringify(
  textWebhook({
    account: "106540352242922",
    from: "5561900000001",
    text: "smuggled",
    id: "wamid.s",
  }),
);
const HIDDEN = [
  "POST /webhooks/whatsapp/webhook HTTP/1.1",
  "Host: x",
  "Content-Type: application/json",
  ...Object.entries(signed(HIDDEN_BODY)).map(([name, value]) => `${name}: ${value}`),
  `Content-Length: ${Buffer.byteLength(HIDDEN_BODY)}`,
  "",
  HIDDEN_BODY,
].join("\r\n");

const START = "POST /webhooks/whatsapp/webhook HTTP/1.1\r\nHost: x\r\n";
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Requests whose end two servers in a row could see in different places. Source: RFC 9112, sections 6.3 and 11.2. */
const REQUESTS: readonly {
  readonly label: string;
  readonly head: string;
  readonly body: string;
}[] = [
  {
    label: "CL.TE",
    head: `${START}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "TE.CL",
    head: `${START}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n`,
    body: `${chunk(HIDDEN)}0\r\n\r\n`,
  },
  {
    label: "TE.TE, the second unknown",
    head: `${START}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "chunked that is not the last",
    head: `${START}Transfer-Encoding: chunked, identity\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "an unknown encoding",
    head: `${START}Transfer-Encoding: xchunked\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "chunked with a control character",
    head: `${START}Transfer-Encoding: \u000bchunked\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "a space before the colon",
    head: `${START}Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "a folded header",
    head: `${START}Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "two lengths",
    head: `${START}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`,
    body: `hello!${HIDDEN}`,
  },
  {
    label: "two lengths in one header",
    head: `${START}Content-Length: 5, 6\r\n\r\n`,
    body: `hello!${HIDDEN}`,
  },
  {
    label: "a length with a sign",
    head: `${START}Content-Length: +5\r\n\r\n`,
    body: `hello${HIDDEN}`,
  },
  { label: "a length below nothing", head: `${START}Content-Length: -1\r\n\r\n`, body: HIDDEN },
  {
    label: "a length in sixteens",
    head: `${START}Content-Length: 0x5\r\n\r\n`,
    body: `hello${HIDDEN}`,
  },
  {
    label: "a length beyond all numbers",
    head: `${START}Content-Length: 18446744073709551617\r\n\r\n`,
    body: `h${HIDDEN}`,
  },
  {
    label: "a length with a letter",
    head: `${START}Content-Length: 5a\r\n\r\n`,
    body: `hello${HIDDEN}`,
  },
  {
    label: "a chunk of a size that is none",
    head: `${START}Transfer-Encoding: chunked\r\n\r\n`,
    body: `x\r\n\r\n${HIDDEN}`,
  },
  {
    label: "a chunk size with a sign",
    head: `${START}Transfer-Encoding: chunked\r\n\r\n`,
    body: `+0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "a chunk size in C's way",
    head: `${START}Transfer-Encoding: chunked\r\n\r\n`,
    body: `0x0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "a chunk that ends with a bare line feed",
    head: `${START}Transfer-Encoding: chunked\r\n\r\n`,
    body: `5\nhello\n0\n\n${HIDDEN}`,
  },
  {
    label: "a chunk longer than its size",
    head: `${START}Transfer-Encoding: chunked\r\n\r\n`,
    body: `2\r\nhello\r\n0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "bare line feeds",
    head: "POST /webhooks/whatsapp/webhook HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
    body: HIDDEN,
  },
  {
    label: "a bare line feed in a header",
    head: `${START}X: a\nTransfer-Encoding: chunked\r\n\r\n`,
    body: `0\r\n\r\n${HIDDEN}`,
  },
  {
    label: "a bare carriage return in a header",
    head: `${START}X: a\rTransfer-Encoding: chunked\r\n\r\n`,
    body: HIDDEN,
  },
  {
    label: "NUL in a header",
    head: `${START}X: a\u0000b\r\nContent-Length: 0\r\n\r\n`,
    body: HIDDEN,
  },
  {
    label: "NUL in a header's name",
    head: `${START}X\u0000: a\r\nContent-Length: 0\r\n\r\n`,
    body: HIDDEN,
  },
  {
    label: "a header without a name",
    head: `${START}: a\r\nContent-Length: 0\r\n\r\n`,
    body: HIDDEN,
  },
  {
    label: "a line end in the address",
    head: "POST /a\r\nb HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    body: HIDDEN,
  },
  {
    label: "a version that is none",
    head: "POST / HTTP/9.9\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    body: HIDDEN,
  },
];

let app: TestApp;
let server: RunningServer;

beforeAll(async () => {
  app = testApp();
  server = await startServer(app.app, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close(0);
  const tried = `${REQUESTS.length} requests whose end is unclear, each with a genuine webhook behind it`;
  tellFigures({ control: "S19", tried, came: "400 and closed each time, 0 webhooks smuggled in" });
});

/** Sends bytes and gives all that came until the other side closed. */
async function talk(bytes: string): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  let text = "";
  socket.on("data", (data) => (text += data.toString("latin1")));
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  socket.write(Buffer.from(bytes, "latin1"));
  await closed;
  return text;
}

describe("a request whose end is unclear", () => {
  test("the hidden request is stored where it comes in the open", async () => {
    const before = app.accepted.length;
    const open = HIDDEN.replace("Host: x", "Host: x\r\nConnection: close");
    expect(await talk(open)).toMatch(/^HTTP\/1\.1 200 /);
    expect(app.accepted).toHaveLength(before + 1);
  });

  test.each(REQUESTS)(
    "$label is refused, and the connection closed with what stands behind",
    async ({ head, body }) => {
      const before = app.accepted.length;
      const text = await talk(head + body);
      expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(["HTTP/1.1 400"]);
      expect(text).toMatch(/connection: close/i);
      expect(app.accepted).toHaveLength(before);
    },
  );
});
