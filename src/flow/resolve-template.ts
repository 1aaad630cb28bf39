import type { TemplateRequest } from "../send-content.ts";

/** A template as the provider has it, with everything filled in; or each reason why it cannot be sent. */
export type ResolvedTemplate =
  | {
      readonly kind: "ok";
      /** With its language, and the values in the template's own form. */
      readonly request: TemplateRequest;
      /** The provider's word, such as MARKETING; null where nobody knows it. */
      readonly category: string | null;
      readonly warnings: readonly string[];
    }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** Checks a template against what is known of a channel's templates. Throws `store_*`. */
export type ResolveTemplate = (
  channel: string,
  request: TemplateRequest,
) => Promise<ResolvedTemplate>;

/** Takes every template as it was asked for: where none are kept. */
export const takeAnyTemplate: ResolveTemplate = (_channel, request) =>
  Promise.resolve({ kind: "ok", request, category: null, warnings: [] });
