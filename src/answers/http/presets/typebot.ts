import { z } from "zod";
import type { Reply } from "../../../messages.ts";
import type { Question } from "../../backend.ts";
import type { Preset } from "../preset.ts";
import { unreadable } from "../unreadable.ts";
import { fetchableOf, wordsOf } from "../wording.ts";
import { jidOf } from "./jid.ts";
import { readBubble } from "./typebot-bubble.ts";
import { withChoices } from "./typebot-input.ts";

/** The session, and the kind of input it waits for. */
const kept = z.object({ session_id: z.string(), waits_for: z.string().optional() });

const answer = z.object({
  sessionId: z.string().min(1).optional(),
  messages: z.array(z.unknown()),
  input: z.looseObject({ type: z.string().optional().catch(undefined) }).nullish(),
  clientSideActions: z.array(z.unknown()).catch([]),
});

const redirect = z.object({ redirect: z.object({ url: z.string().min(1) }) });

/**
 * A published typebot. Its session lasts while it waits for something; a person who writes after its end starts it anew.
 * Source: Typebot, chat API, `startChat` and `continueChat`.
 */
export const typebot: Preset = {
  toRequest: ({ question, memory }, { url, typebot: name = "", inputs }) => {
    const { data: known } = kept.safeParse(memory);
    const common = {
      message: messageOf(question, known?.waits_for),
      textBubbleContentFormat: "richText",
    };
    if (known !== undefined) {
      const session = encodeURIComponent(known.session_id);
      return {
        url: `${url}/api/v1/sessions/${session}/continueChat`,
        resumes: true,
        body: common,
      };
    }
    return {
      url: `${url}/api/v1/typebots/${encodeURIComponent(name)}/startChat`,
      body: { ...common, prefilledVariables: { ...variablesOf(question), ...inputs } },
    };
  },
  fromResponse: (body, { memory }) => {
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw unreadable("list of messages");
    const { sessionId, messages, input, clientSideActions } = parsed.data;
    const session = sessionId ?? kept.safeParse(memory).data?.session_id;
    if (session === undefined) throw unreadable("session");
    const bubbles = [...messages.flatMap(readBubble), ...clientSideActions.flatMap(toLink)];
    const isWaiting = input !== undefined && input !== null;
    const replies = withChoices(bubbles, input);
    return {
      replies,
      memory: isWaiting ? { session_id: session, waits_for: input.type } : null,
      ...(isWaiting && { hold: true, silent: replies.length === 0 }),
    };
  },
};

/** Where the typebot asked for a file its address is the answer; anywhere else it goes along with the words. */
function messageOf(question: Question, waitsFor: string | undefined): Record<string, unknown> {
  const file = fetchableOf(question);
  if (file === undefined) return { type: "text", text: wordsOf(question) };
  if (waitsFor === "file input") return { type: "text", text: file.url };
  return { type: "text", text: question.text, attachedFileUrls: [file.url] };
}

function variablesOf(question: Question): Record<string, unknown> {
  return {
    remoteJid: jidOf(question),
    pushName: question.contactName,
    instanceName: question.channel,
    language: question.language,
  };
}

/** A page that a browser would be sent to is something to tap here. */
function toLink(action: unknown): readonly Reply[] {
  const { data } = redirect.safeParse(action);
  return data === undefined ? [] : [{ text: data.redirect.url }];
}
