import { z } from "zod";
import { type Preset, saying, textIfAny } from "../preset.ts";
import { unreadable } from "../unreadable.ts";
import { fetchableOf, sessionOf, wordsOf } from "../wording.ts";
import { jidOf } from "./jid.ts";

const item = z.object({ output: textIfAny, answer: textIfAny });

/**
 * An n8n workflow that begins with a webhook or chat trigger, with the names that workflows written for Evolution API read,
 * but without any key of ours. Several items of the answer are several messages. Source: Evolution API 2.3, n8n integration.
 */
export const n8n: Preset = {
  toRequest: ({ question }, { url, inputs }) => ({
    url,
    body: {
      ...inputs,
      chatInput: wordsOf(question),
      sessionId: sessionOf(question),
      remoteJid: jidOf(question),
      pushName: question.contactName,
      keyId: question.externalId,
      fromMe: false,
      instanceName: question.channel,
      language: question.language,
      mediaUrl: fetchableOf(question)?.url,
    },
  }),
  fromResponse: (body) => {
    const items = Array.isArray(body) ? body : [body];
    return { replies: items.flatMap((one) => saying(textOf(one)).replies) };
  },
};

function textOf(body: unknown): string {
  const { data } = item.safeParse(body);
  const text = data?.output ?? data?.answer;
  if (typeof text !== "string") throw unreadable("output or answer");
  return text;
}
