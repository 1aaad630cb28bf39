import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { z } from "zod";
import { createDelivery } from "../../test/standins/graph-delivery.ts";
import { signWebhook, statusWebhook, textWebhook } from "../../test/standins/graph-webhooks.ts";
import { listen, stopListening } from "../../test/standins/listen.ts";
import { APP_SECRET } from "../webhook.ts";
import { ACCOUNT, WEBHOOK_PATH } from "./place.ts";

/** The provider of the comparison: it takes whatever form of address it is sent, as the real one does. */
export interface Provider {
  readonly url: string;
  /** The texts it was sent, in order of arrival. */
  readonly sent: readonly string[];
  /** Sets the server that statuses and webhooks go to. */
  readonly serve: (url: string) => void;
  /** Posts a webhook of text messages once; resolves with the HTTP status, 0 where no answer came. */
  readonly post: (body: unknown) => Promise<number>;
  /** The same with a signature that is wrong. */
  readonly forge: (body: unknown) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Milliseconds a webhook may take to be answered. Source: 360dialog, webhook page. */
const ACK_LIMIT_MS = 5_000;

const sendSchema = z.object({
  to: z.string().optional(),
  recipient: z.string().optional(),
  text: z.object({ body: z.string() }).optional(),
  biz_opaque_callback_data: z.string().optional(),
});

/** Builds the webhook of one text of a person. */
export const messageOf = (person: number, id: string, text: string): object =>
  textWebhook({
    account: ACCOUNT,
    from: `5561${String(900_000_000 + person)}`,
    id: `wamid.${id}`,
    text,
    timestamp: Math.floor(Date.now() / 1_000),
  });

async function postTo(url: string, body: unknown, secret: string): Promise<number> {
  const { rawBody, headers } = signWebhook(body, secret);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: new Uint8Array(rawBody),
      signal: AbortSignal.timeout(ACK_LIMIT_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** Starts the provider. Of each message it takes it reports `sent`, `delivered` and `read`, until each is acknowledged. */
export async function startProvider(): Promise<Provider> {
  const sent: string[] = [];
  const delivery = createDelivery(APP_SECRET, undefined);
  const target = { url: "" };

  const report = async (send: z.output<typeof sendSchema>, id: string): Promise<void> => {
    const recipient = (send.to ?? send.recipient ?? "").replace("+", "");
    const { biz_opaque_callback_data: opaque } = send;
    for (const status of ["sent", "delivered", "read"]) {
      const timestamp = Math.floor(Date.now() / 1_000);
      const named = opaque === undefined ? {} : { opaque };
      const body = { account: ACCOUNT, id, status, recipient, timestamp, ...named };
      await delivery.deliver(statusWebhook(body));
    }
  };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = sendSchema.safeParse(JSON.parse(await readText(request)));
    response.setHeader("content-type", "application/json");
    if (!send.success || send.data.text === undefined) {
      response.end('{"success":true}');
      return;
    }
    const id = `wamid.OUT${sent.length}`;
    sent.push(send.data.text.body);
    response.end(JSON.stringify({ messaging_product: "whatsapp", messages: [{ id }] }));
    await report(send.data, id);
  };

  // A caller that was killed in the middle of its request leaves half a body.
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    serve: (url) => {
      target.url = `${url}${WEBHOOK_PATH}`;
      delivery.deliverTo(target.url);
    },
    post: (body) => postTo(target.url, body, APP_SECRET),
    forge: (body) => postTo(target.url, body, "another-secret"),
    close: async () => {
      delivery.stop();
      await stopListening(server);
    },
  };
}
