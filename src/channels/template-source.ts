import type { HttpRequest, HttpResponse } from "../transport.ts";

/** A template as a provider describes it. */
export interface ProviderTemplate {
  readonly name: string;
  /** As WhatsApp writes it, `pt_BR`; "" where the provider names none. */
  readonly language: string;
  readonly externalId: string | null;
  readonly category: string | null;
  /** In capitals: APPROVED, PAUSED, REJECTED... */
  readonly status: string;
  readonly quality: string | null;
  readonly reason: string | null;
  readonly parameterFormat: "positional" | "named";
  /** In WhatsApp's own words. */
  readonly components: readonly Readonly<Record<string, unknown>>[];
}

export interface TemplatePage {
  readonly templates: readonly ProviderTemplate[];
  /** Items that could not be read: the list is not complete then. */
  readonly skipped: number;
  /** Asks for the next page; absent on the last one. Never an address: the next call goes where this one went. */
  readonly next?: string;
  /** How long the provider wants to be left alone, in milliseconds; 0 where it says nothing. */
  readonly restMs: number;
}

/** A template to be made, in WhatsApp's own words. */
export interface TemplateDraft {
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly parameterFormat: ProviderTemplate["parameterFormat"];
  readonly components: readonly Readonly<Record<string, unknown>>[];
}

/** What the provider said of a template it took for review. */
export interface TakenTemplate {
  readonly externalId: string;
  readonly status: string;
  /** May be another one than was asked for. */
  readonly category: string | null;
}

/** The templates of a channel at its provider. Every part is pure; the readers throw `channel_*` for a refusal. */
export interface TemplateSource {
  /** What has templates of its own there: a business account, a channel registration. */
  readonly owners: readonly string[];
  readonly list: (owner: string, cursor?: string) => HttpRequest;
  readonly readPage: (response: HttpResponse, owner: string) => TemplatePage;
  readonly create?: {
    readonly request: (draft: TemplateDraft) => HttpRequest;
    readonly read: (response: HttpResponse) => TakenTemplate;
  };
  /** Removes one language of a template. */
  readonly remove?: {
    readonly request: (template: {
      readonly name: string;
      readonly externalId: string;
    }) => HttpRequest;
    readonly read: (response: HttpResponse) => void;
  };
}
