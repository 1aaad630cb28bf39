import { z } from "zod";
import { unreadable } from "../unreadable.ts";
import { type Preset, saying } from "../preset.ts";
import { imageOf, wordsOf } from "../wording.ts";

const kept = z.object({ conversation_id: z.string() });

const tokens = z.number().int().nonnegative();
const answer = z.object({
  answer: z.string(),
  conversation_id: z.string().nullish(),
  message_id: z.string().optional().catch(undefined),
  metadata: z
    .object({ usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }) })
    .optional()
    .catch(undefined),
});

/**
 * A Dify app of the kinds chatbot and chatflow. The first message of a session names no conversation; Dify's answer does.
 * Source: Dify, service API, `POST /chat-messages` with the response mode "blocking".
 */
export const dify: Preset = {
  toRequest: ({ question, memory }, { url, inputs }) => {
    const { data: known } = kept.safeParse(memory);
    const image = imageOf(question);
    return {
      url: `${url}/chat-messages`,
      resumes: known !== undefined,
      body: {
        inputs,
        query: wordsOf(question),
        response_mode: "blocking",
        user: question.contactId,
        ...known,
        ...(image !== undefined && {
          files: [{ type: "image", transfer_method: "remote_url", url: image.url }],
        }),
      },
    };
  },
  fromResponse: (body) => {
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw unreadable("answer");
    const { conversation_id: id, message_id: requestId, metadata } = parsed.data;
    const usage = metadata?.usage;
    return {
      ...saying(parsed.data.answer),
      ...(typeof id === "string" && id !== "" && { memory: { conversation_id: id } }),
      ...(usage !== undefined && {
        usage: {
          tokensIn: usage.prompt_tokens,
          tokensOut: usage.completion_tokens,
          ...(requestId !== undefined && { requestId }),
        },
      }),
    };
  },
};
