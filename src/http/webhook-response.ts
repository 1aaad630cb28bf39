/** What a provider is answered, as data: whoever took the call writes it. */
export interface WebhookResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The small body of a good answer. Source: Rasa, connector health route. */
export const OK: WebhookResponse = {
  status: 200,
  headers: { "Content-Type": "application/json; charset=utf-8" },
  body: '{"status":"ok"}',
};
