import { details } from "../../../i18n/conversation-details.ts";
import type { Explanation } from "../../../shared/api-types.ts";
import { formatDateTime } from "../../../shared/format.ts";
import { Json } from "../../../shared/ui/json.tsx";

type Webhook = NonNullable<Explanation["webhook"]>;

/** The call of the provider that brought the question, as it came. */
export function WebhookPart({ webhook }: { readonly webhook: Webhook }) {
  return (
    <div class="stack">
      <p class="hint">
        {details("webhook_at", { time: formatDateTime(webhook.received_at) })}
        {webhook.body_truncated && ` · ${details("webhook_cut")}`}
      </p>
      <Json value={webhook.body} label={details("webhook_body")} />
      <Json value={webhook.headers} label={details("webhook_headers")} />
      <a href={`/admin/events/${webhook.id}`}>{details("to_event")}</a>
    </div>
  );
}
