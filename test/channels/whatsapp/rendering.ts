import { expect } from "@jest/globals";
import { z } from "zod";
import type { Rendering } from "../../../src/channels/channel.ts";
import { renderReply } from "../../../src/channels/whatsapp/render.ts";
import type { DialectOptions } from "../../../src/channels/whatsapp/render.ts";
import type { Reply } from "../../../src/messages.ts";
import { validatePayload } from "./validate-payload.ts";

export const OPTIONS: DialectOptions = {
  markdown: "auto",
  language: "en",
  previewUrls: false,
  rawPayloads: false,
};

/** Renders a reply and lets the strict validator read every payload. */
export function render(reply: Reply, options: Partial<DialectOptions> = {}): Rendering {
  const rendering = renderReply(reply, { ...OPTIONS, ...options });
  const problems = rendering.messages.flatMap(({ payload }) => validatePayload(payload));
  expect(problems).toEqual([]);
  return rendering;
}

/** The codes of all notes: those of each message in order, then those of what became none. */
export function codesOf({ messages, notes }: Rendering): string[] {
  return [...messages.flatMap((message) => message.notes), ...notes].map(({ code }) => code);
}

export function payloadsOf({ messages }: Rendering): unknown[] {
  return messages.map(({ payload }) => payload);
}

const row = z.object({ id: z.string(), title: z.string(), description: z.string().optional() });
const shape = z.object({
  type: z.string(),
  text: z.object({ body: z.string() }).optional(),
  interactive: z
    .object({
      type: z.string(),
      body: z.object({ text: z.string() }),
      action: z.object({
        button: z.string().optional(),
        buttons: z.array(z.object({ reply: row })).optional(),
        sections: z
          .array(z.object({ title: z.string().optional(), rows: z.array(row) }))
          .optional(),
      }),
    })
    .optional(),
});

/** The parts of each payload that most tests are about. */
export function outline(rendering: Rendering) {
  return payloadsOf(rendering).map((payload) => {
    const { type, text, interactive } = shape.parse(payload);
    const { buttons, sections } = interactive?.action ?? {};
    return {
      kind: interactive?.type ?? type,
      body: text?.body ?? interactive?.body.text ?? "",
      choices: buttons?.map(({ reply }) => reply) ?? sections?.flatMap(({ rows }) => rows) ?? [],
    };
  });
}
