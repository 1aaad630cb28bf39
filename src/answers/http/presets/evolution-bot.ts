import { z } from "zod";
import { type Preset, saying } from "../preset.ts";
import { unreadable } from "../unreadable.ts";
import { imageOf, sessionOf, wordsOf } from "../wording.ts";
import type { Question } from "../../backend.ts";
import { jidOf } from "./jid.ts";

const answer = z.object({ message: z.string().nullable() });

/** A bot written for the Evolution Bot of Evolution API, without any key of ours. Source: Evolution API 2.3, evolutionBot. */
export const evolutionBot: Preset = {
  toRequest: ({ question }, { url, inputs }) => {
    const image = imageOf(question);
    const user = jidOf(question);
    return {
      url,
      body: {
        inputs: {
          ...inputs,
          sessionId: sessionOf(question),
          remoteJid: user,
          pushName: question.contactName,
          fromMe: false,
          instanceName: question.channel,
        },
        query: queryOf(question),
        conversation_id: sessionOf(question),
        user,
        ...(image !== undefined && { files: [{ type: "image", url: image.url }] }),
      },
    };
  },
  fromResponse: (body) => {
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw unreadable("message");
    return saying(parsed.data.message ?? "");
  },
};

/** The spelling of pictures and recordings that these bots look for. */
function queryOf(question: Question): string {
  const { content, text } = question;
  const image = imageOf(question);
  if (image !== undefined) return text === "" ? `imageMessage|${image.url}` : text;
  const isHeard = content.type === "media" && ["audio", "voice"].includes(content.media);
  return isHeard && text !== "" ? `[audio] ${text}` : wordsOf(question);
}
