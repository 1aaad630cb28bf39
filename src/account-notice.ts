/** Something about our account or a template, for the operator. */
export interface AccountNotice {
  readonly kind: "notice";
  readonly account: string;
  readonly severity: "info" | "warning" | "alert";
  /** A short, closed word such as `template_status` or `account_update`. */
  readonly topic: string;
  readonly detail: string;
  /** The provider's time of it. */
  readonly at?: string;
  /** What it is about in the provider's own words, without personal data. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly template?: TemplateNews;
}

/** What changed about a template. What is absent stayed as it was. */
export interface TemplateNews {
  readonly externalId?: string;
  readonly name: string;
  /** As templates are listed: `pt_BR`. */
  readonly language: string;
  /** The provider's word, in capitals. */
  readonly status?: string;
  readonly reason?: string;
  readonly quality?: string;
  readonly category?: string;
  /** Whether more changed than is told, so that the templates must be listed again. */
  readonly isStale?: boolean;
}
