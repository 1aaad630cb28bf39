import { z } from "zod";
import { templateRow } from "../../db/templates.ts";
import { templateUsage } from "../../db/template-use.ts";
import type { ApiClient } from "../api.ts";

// Loose: a bridge that is newer than the command may say more, which `--json` passes on.

/** A template as its provider keeps it, in one language. */
export const template = z.looseObject({
  ...templateRow.shape,
  is_sendable: z.boolean(),
  variables: z.looseObject({
    header: z.array(z.string()),
    body: z.array(z.string()),
    buttons: z.array(z.int()),
  }),
});

export type Template = z.output<typeof template>;

/** The same, with what became of its messages. */
export const templateWithUsage = template.extend({ usage: templateUsage });

/** Every template of a channel, those that are gone included. */
export function readChannelTemplates(api: ApiClient, channel: string): Promise<Template[]> {
  return Array.fromAsync(api.list("/templates", template, { channel }));
}

/** The state of a template in a word or two. */
export function stateText({ status, gone_at: gone, reason }: Template): string {
  if (gone !== null) return "gone";
  return reason === null ? status : `${status} (${reason})`;
}
