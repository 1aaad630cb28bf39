import { inside } from "../../i18n/simulator-inside.ts";
import type { Explanation } from "../../shared/api-types.ts";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Card } from "./card.tsx";

/** What the channel made of the webhook, and how its turn went. */
export function UnderstoodCard({
  parsed,
}: {
  readonly parsed: NonNullable<Explanation["parsed"]>;
}) {
  const { message, attempts, done_at: doneAt, dead_at: deadAt } = parsed;
  const { dead_reason: reason, dead_detail: detail } = parsed;
  return (
    <Card
      title={inside("understood")}
      icon="search"
      aside={
        <>
          {attempts > 1 && <span class="hint">{inside.count("tries", attempts)}</span>}
          {deadAt !== null ? (
            <Tag tone="bad" icon="warning">
              {inside("turn_dead")}
            </Tag>
          ) : (
            <Tag tone={doneAt === null ? "info" : "good"}>
              {inside(doneAt === null ? "turn_waiting" : "turn_done")}
            </Tag>
          )}
        </>
      }
    >
      {deadAt !== null && (
        <p class="hint hint-bad">
          <SafeText text={[reason, detail].filter((part) => part !== null).join(": ")} />
        </p>
      )}
      <Json value={message} label={inside("understood")} />
    </Card>
  );
}
