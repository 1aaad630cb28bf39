import { findMessage } from "../../db/messages-read.ts";
import { findSendTarget } from "../../db/send-targets.ts";
import { BridgeError } from "../../errors.ts";
import type { WebhookAnswer } from "../../simulator/orders.ts";
import { nothing } from "./parameters.ts";
import { type ApiContext, defineRoute } from "./route.ts";
import { mustOwnLine } from "./simulator-caller.ts";
import { madeCalls, statusOrder, toSaid, webhookOrder } from "./simulator-schemas.ts";

const scope = "simulator:write";
const tag = "simulator";

/** A token that a provider signs for one call: good for minutes, and no secret that the API knows by heart. */
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

function showHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value.replaceAll(TOKEN, "[secret]")]),
  );
}

function showCalls({ calls, messages }: WebhookAnswer) {
  return {
    calls: calls.map((call) => ({ ...call, headers: showHeaders(call.headers) })),
    messages: messages.map(({ externalId }) => ({ external_id: externalId })),
  };
}

/** Finds a message of a line, whom it went to and what the provider calls it. */
async function findSent(id: string, channel: string, { db }: Pick<ApiContext, "db">) {
  const message = await findMessage(db, id);
  if (message === undefined || message.channel !== channel || message.direction !== "out")
    throw new BridgeError("request_not_found", "there is no such message on this line");
  if (message.external_id === null)
    throw new BridgeError("request_conflict", "the message was never sent, so nothing is reported");
  const wanted = { conversationId: message.conversation_id };
  const { person } = await findSendTarget(db, channel, [message.account], wanted);
  const phone = person?.identities.find(({ kind }) => kind === "phone")?.value ?? "";
  const named = { id: message.id, externalId: message.external_id };
  return { message: named, person: phone.replace(/^\+/, "") };
}

/** What simulated people say, and what the provider reports. */
export const simulatorWebhookRoutes = [
  defineRoute({
    method: "post",
    path: "/simulator/webhooks",
    scope,
    summary: "Brings what simulated people say, as their provider would",
    tag,
    // The caller's own words.
    hasNoNumbers: true,
    query: nothing,
    body: webhookOrder,
    answer: madeCalls,
    handle: async ({ body }, deps) => {
      const { delay_ms: delayMs, messages, ...order } = body;
      const simulator = mustOwnLine(deps, body.channel);
      return showCalls(await simulator.send({ ...order, delayMs, messages: messages.map(toSaid) }));
    },
  }),
  defineRoute({
    method: "post",
    path: "/simulator/statuses",
    scope,
    summary: "Reports what became of a message, as the provider would",
    tag,
    query: nothing,
    body: statusOrder,
    answer: madeCalls,
    handle: async ({ body }, deps) => {
      const { channel, message_id: id, error_code: errorCode, ...order } = body;
      const simulator = mustOwnLine(deps, channel);
      const sent = await findSent(id, channel, deps);
      return showCalls(await simulator.report({ ...order, ...sent, channel, errorCode }));
    },
  }),
] as const;
