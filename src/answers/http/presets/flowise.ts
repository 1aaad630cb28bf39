import { z } from "zod";
import { type Preset, saying } from "../preset.ts";
import { unreadable } from "../unreadable.ts";
import { imageOf, sessionOf, wordsOf } from "../wording.ts";

const answer = z.object({ text: z.string() });

/**
 * A Flowise chatflow or agentflow; the address is that of its prediction. Source: Flowise, API, `POST /prediction/{id}`.
 */
export const flowise: Preset = {
  toRequest: ({ question }, { url, inputs }) => {
    const image = imageOf(question);
    const { contactName, channel, language } = question;
    return {
      url,
      body: {
        question: wordsOf(question),
        streaming: false,
        overrideConfig: {
          sessionId: sessionOf(question),
          vars: { contactName, channel, language, ...inputs },
        },
        ...(image !== undefined && {
          uploads: [{ type: "url", data: image.url, name: image.fileName, mime: image.mimeType }],
        }),
      },
    };
  },
  fromResponse: (body) => {
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw unreadable("text");
    return saying(parsed.data.text);
  },
};
