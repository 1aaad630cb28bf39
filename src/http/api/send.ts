import type { z } from "zod";
import type { SendRequest, StoredRequest } from "../../campaigns/send-message.ts";
import type { PreparedMessage } from "../../campaigns/prepare-message.ts";
import { UnsendableRequest } from "../../campaigns/unsendable.ts";
import { cancelMessage } from "../../db/held-messages.ts";
import { findMessage } from "../../db/messages-read.ts";
import { BridgeError } from "../../errors.ts";
import { contentOf } from "../../send-content.ts";
import { mustOwn } from "./caller.ts";
import { mustFindConversation } from "./conversation-view.ts";
import { message, showMessage } from "./message-schemas.ts";
import { nothing } from "./parameters.ts";
import { InvalidRequest } from "./request-problem.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";
import { type SendBody, sendAnswer, sendBody } from "./send-schemas.ts";

const tag = "messages";

/** What is wrong with a request to send is told like what is wrong with any other. */
async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnsendableRequest)) throw error;
    const complaints = error.faults.map(({ path, detail }) => ({
      pointer: path.map((part) => `/${part}`).join(""),
      detail,
    }));
    throw new InvalidRequest(complaints);
  }
}

/** The channel that is asked for, or the conversation's. Throws `request_not_found` and `store_*`. */
async function channelOf(body: SendBody, context: ApiContext): Promise<string> {
  if (body.channel !== undefined) return body.channel;
  return (await mustFindConversation(body.conversation_id ?? "", context)).channel;
}

function toRequest(body: SendBody, messageId: string, channel: string): SendRequest {
  return {
    messageId,
    channel,
    account: body.account,
    to: body.to,
    contactId: body.contact_id,
    conversationId: body.conversation_id,
    defaultCountry: body.default_country,
    content: contentOf(body),
    values: body.values,
    language: body.language,
    outsideWindow: body.outside_window,
    sendAt: body.send_at,
    isBulk: body.priority === "bulk",
    correlationId: body.correlation_id,
    route: body.route,
  };
}

function showStored(stored: StoredRequest): z.output<typeof sendAnswer> {
  return {
    id: stored.id,
    status: stored.held === null ? "queued" : "held",
    held_for: stored.held?.for ?? null,
    held_until: stored.held?.until ?? null,
    conversation_id: stored.conversationId,
    contact_id: stored.contactId,
    messages: stored.messageIds.map((id) => ({ id })),
    notes: [...stored.notes],
  };
}

function showPrepared(id: string, prepared: PreparedMessage): z.output<typeof sendAnswer> {
  const { rows, facts, known, window } = prepared;
  return {
    id,
    status: "dry_run",
    held_for: facts.held?.for ?? null,
    held_until: facts.held?.until ?? null,
    conversation_id: known?.conversation?.id ?? null,
    contact_id: known?.contactId ?? null,
    messages: rows.map((row) => ({ id: row.id, text: row.text, payload: row.payload })),
    notes: [...prepared.notes, ...rows.flatMap(({ notes }) => notes)],
    window,
  };
}

/** Sends messages that nobody asked a bot for, and takes them back. */
export const sendRoutes = [
  defineRoute({
    method: "post",
    path: "/messages",
    scope: "messages:write",
    summary: "Sends a text, a reply or a template to one person",
    tag,
    status: 202,
    query: nothing,
    body: sendBody,
    answer: sendAnswer,
    handle: ({ body, newId }, context) =>
      refusing(async () => {
        const { sender, caller } = context;
        const channel = await channelOf(body, context);
        const request = toRequest(body, newId("message"), channel);
        return body.dry_run
          ? showPrepared(request.messageId, await sender.prepare(request, caller.channels))
          : showStored(await sender.send(request, caller.channels));
      }),
  }),
  defineRoute({
    method: "post",
    path: "/messages/{id}/cancel",
    scope: "messages:write",
    summary: "Takes back a message that is not being sent yet, with its parts",
    tag,
    query: nothing,
    body: nothing,
    answer: message,
    handle: async ({ id, language }, deps) => {
      const row = await findMessage(deps.db, id);
      if (row === undefined)
        throw new BridgeError("request_not_found", "there is no message with this id");
      mustOwn(deps.caller, row.channel, "message");
      if (!(await cancelMessage(deps.db, id)))
        throw new BridgeError(
          "request_conflict",
          "the message is being sent or was, or was given up",
        );
      return showMessage((await findMessage(deps.db, id)) ?? row, { deps, language });
    },
  }),
] as const;
