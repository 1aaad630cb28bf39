import { inside } from "../../i18n/simulator-inside.ts";
import type { Explanation } from "../../shared/api-types.ts";
import { formatBytes } from "../../shared/format.ts";
import { Json } from "../../shared/ui/json.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Card, More } from "./card.tsx";

/** The webhook as the provider sent it. */
export function WebhookCard({
  webhook,
}: {
  readonly webhook: NonNullable<Explanation["webhook"]>;
}) {
  const { headers, body, body_bytes: bytes, body_truncated: isCut, state } = webhook;
  return (
    <Card
      title={inside("webhook_in")}
      icon="download"
      aside={
        <>
          <span class="hint">{formatBytes(bytes)}</span>
          <Tag tone={state === "stored" ? "good" : "warning"}>{inside(`event_${state}`)}</Tag>
        </>
      }
    >
      <Json value={body} label={inside("webhook_body")} />
      {isCut && <p class="hint">{inside("body_cut")}</p>}
      <More title={inside("webhook_headers")}>
        <Json value={headers} label={inside("webhook_headers")} />
      </More>
    </Card>
  );
}
