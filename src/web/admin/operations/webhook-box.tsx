import { operations } from "../../i18n/operations.ts";
import { Copy } from "../../shared/ui/copy.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import type { Channel } from "./types.ts";
import { webhookAddress } from "./webhook-address.ts";

/** The address to enter at the provider, and whether the provider has called it. */
export function WebhookBox({ channel }: { readonly channel: Channel }) {
  const url = webhookAddress(channel, location.origin);
  return (
    <div class="op-webhook">
      <div class="row spread">
        <span class="hint">{operations("webhook_url")}</span>
        {channel.webhook_ready ? (
          <Tag tone="good" icon="check">
            {operations("webhook_seen")}
          </Tag>
        ) : (
          <Tag tone="warning" icon="clock">
            {operations("webhook_unseen")}
          </Tag>
        )}
      </div>
      <div class="op-webhook-url">
        <code>{url}</code>
        <Copy text={url} />
      </div>
      {!channel.webhook_ready && <p class="hint">{operations("webhook_unseen_hint")}</p>}
    </div>
  );
}
