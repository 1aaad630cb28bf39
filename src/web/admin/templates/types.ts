import type { z } from "zod";
import type { TemplatePreview as FilledTemplate } from "../../../campaigns/templates/preview.ts";
import type { TemplateUsage } from "../../../db/template-use.ts";
import type { templateDraft } from "../../../http/api/template-draft.ts";
import type { template } from "../../../http/api/template-view.ts";

export type Template = z.output<typeof template>;
export type TemplateWithUsage = Template & { readonly usage: TemplateUsage };
export type TemplatePreview = Omit<FilledTemplate, "request">;
export type TemplateDraft = z.input<typeof templateDraft>;

/** What became of one channel's listing. */
export interface SyncResult {
  readonly channel: string;
  readonly outcome: "synced" | "resting" | "failed";
  readonly detail: string | null;
  readonly synced: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
  readonly is_complete: boolean;
}
