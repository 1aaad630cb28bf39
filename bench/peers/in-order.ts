import { connect } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { signWebhook } from "../../test/standins/graph-webhooks.ts";
import { createAnswerReader } from "../answers.ts";
import { APP_SECRET } from "../webhook.ts";
import { WEBHOOK_PATH } from "./place.ts";

/** Between two messages of one person, milliseconds. */
const PAUSE_MS = 15;
/** How long the acknowledgements may take after the last message, milliseconds. */
const LIMIT_MS = 60_000;

function requestOf(body: object): Buffer {
  const { rawBody, headers } = signWebhook(body, APP_SECRET);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: localhost\r\n${lines.join("")}`;
  return Buffer.concat([Buffer.from(`${head}content-length: ${rawBody.length}\r\n\r\n`), rawBody]);
}

/** Writes one person's webhooks to one connection, whether or not those before were acknowledged. */
async function sendOne(port: number, bodies: readonly object[]): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  let acknowledged = 0;
  const all = Promise.withResolvers<undefined>();
  const read = createAnswerReader((status) => {
    if (status !== 200) all.reject(new Error(`a webhook was answered with ${status}`));
    acknowledged += 1;
    if (acknowledged === bodies.length) all.resolve(undefined);
  });
  socket.on("data", read);
  socket.on("error", all.reject);
  socket.setTimeout(LIMIT_MS, () => all.reject(new Error("webhooks were not acknowledged")));
  for (const body of bodies) {
    socket.write(requestOf(body));
    await sleep(PAUSE_MS);
  }
  await all.promise;
  socket.destroy();
}

/**
 * Sends the webhooks of several people at the same time, each person's through a connection of their own and in their order:
 * what arrives first is never in doubt. Throws where one is refused.
 */
export async function sendInOrder(
  port: number,
  conversations: readonly (readonly object[])[],
): Promise<void> {
  await Promise.all(conversations.map((bodies) => sendOne(port, bodies)));
}
