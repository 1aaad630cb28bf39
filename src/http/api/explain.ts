import { z } from "zod";
import { findEvent } from "../../db/events-read.ts";
import { interactionRow, listInteractions } from "../../db/interactions-read.ts";
import { findInbound, inboundRow, readHistory } from "../../db/message-history-read.ts";
import type { MessageRow } from "../../db/messages-read.ts";
import { findMessage, listReplies } from "../../db/messages-read.ts";
import { LIST_START } from "../../db/page.ts";
import { BridgeError } from "../../errors.ts";
import { mustOwn } from "./caller.ts";
import type { ApiDependencies, Language } from "./dependencies.ts";
import { eventDetail, showEvent } from "./event-body.ts";
import { message, messageDetail, showDetail, showMessage } from "./message-schemas.ts";
import type { ApiContext } from "./route.ts";

/** Bytes of a webhook's body that an explanation carries; the event itself has the rest. */
const EXPLAINED_BODY_BYTES = 65_536;

/** A message's whole way, one key per step. A step that did not happen, or whose retention is over, is null. */
export const explanation = z
  .strictObject({
    message,
    webhook: eventDetail.nullable().meta({ description: "The webhook that brought the question." }),
    parsed: inboundRow
      .omit({ message_id: true, event_id: true })
      .meta({ id: "InboxEntry" })
      .nullable()
      .meta({ description: "What was understood from it, and how its turn went." }),
    interaction: interactionRow
      .meta({ id: "Interaction" })
      .nullable()
      .meta({ description: "The turn; `backend_chain` lists its steps with `ms`." }),
    replies: z
      .array(messageDetail)
      .meta({ description: "What was sent: payloads, notes, tries and statuses." }),
  })
  .meta({ id: "Explanation" });

interface ExplainContext {
  readonly deps: Pick<ApiContext, "db" | "channels" | "hint" | "caller">;
  readonly language: Language;
}

/** Reads how a message came in; nothing for a message that answers no one. */
async function readQuestion(db: ApiDependencies["db"], questionId: string | null) {
  if (questionId === null) return { webhook: null, parsed: null, interaction: null };
  const inbound = await findInbound(db, questionId);
  const event =
    inbound === undefined || inbound.event_id === null
      ? undefined
      : await findEvent(db, inbound.event_id, EXPLAINED_BODY_BYTES);
  const [interaction] = await listInteractions(
    db,
    { message_id: questionId },
    { after: LIST_START, limit: 1 },
  );
  return {
    webhook: event === undefined ? null : showEvent(event),
    parsed: inbound === undefined ? null : withoutIds(inbound),
    interaction: interaction ?? null,
  };
}

function withoutIds(inbound: z.infer<typeof inboundRow>) {
  const { message_id: _, event_id: __, ...entry } = inbound;
  return entry;
}

/** The messages whose sending is explained: all of the turn, or the one that belongs to none. */
async function readAnswers(
  db: ApiDependencies["db"],
  asked: MessageRow,
  questionId: string | null,
): Promise<readonly MessageRow[]> {
  return questionId === null ? [asked] : await listReplies(db, questionId);
}

/** Explains an inbound message or the turn an outbound one belongs to. Throws `request_not_found` and `store_*`. */
export async function explainMessage(
  id: string,
  context: ExplainContext,
): Promise<z.infer<typeof explanation>> {
  const { db } = context.deps;
  const asked = await findMessage(db, id);
  if (asked === undefined)
    throw new BridgeError("request_not_found", "there is no message with this id");
  mustOwn(context.deps.caller, asked.channel, "message");
  const questionId = asked.direction === "in" ? asked.id : asked.in_reply_to;
  const question = await readQuestion(db, questionId);
  const replies = await readAnswers(db, asked, questionId);
  const history = await readHistory(
    db,
    replies.map((reply) => reply.id),
  );
  return {
    message: showMessage(asked, context),
    ...question,
    replies: replies.map((reply) => showDetail(reply, history, context)),
  };
}
