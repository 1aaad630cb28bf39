import { useState } from "preact/hooks";
import { details } from "../../../i18n/conversation-details.ts";
import { get } from "../../../shared/api.ts";
import type { Explanation } from "../../../shared/api-types.ts";
import { useResource } from "../../../shared/resource.ts";
import { setQuery } from "../../../shared/router.ts";
import { Dialog } from "../../../shared/ui/dialog.tsx";
import { Json } from "../../../shared/ui/json.tsx";
import { Empty, Loaded } from "../../../shared/ui/states.tsx";
import { Tabs } from "../../../shared/ui/tabs.tsx";
import { AnswerSummary } from "./answer-summary.tsx";
import { SentPart } from "./sent-part.tsx";
import { WebhookPart } from "./webhook-part.tsx";

interface WhyDrawerProps {
  readonly id: string;
}

const TABS = ["answer", "sent", "replies", "parsed", "webhook"] as const;

type TabName = (typeof TABS)[number];

/** Why a message is as it is: the whole way from the webhook to the provider's last word. */
export function WhyDrawer({ id }: WhyDrawerProps) {
  const explained = useResource(`explain:${id}`, (signal) =>
    get<Explanation>(`/messages/${encodeURIComponent(id)}/explain`, undefined, signal),
  );
  const [tab, setTab] = useState<TabName>("answer");
  return (
    <Dialog title={details("why_title")} shape="side" onClose={() => setQuery({ why: undefined })}>
      <Loaded from={explained}>
        {(explanation) => (
          <Tabs
            label={details("why_title")}
            chosen={tab}
            onChoose={(chosen) => setTab(TABS.find((known) => known === chosen) ?? "answer")}
            tabs={TABS.map((name) => ({ id: name, label: details(`tab_${name}`) }))}
          >
            <Part explanation={explanation} tab={tab} onChange={explained.reload} />
          </Tabs>
        )}
      </Loaded>
    </Dialog>
  );
}

interface PartProps {
  readonly explanation: Explanation;
  readonly tab: TabName;
  readonly onChange: () => void;
}

function Part({ explanation, tab, onChange }: PartProps) {
  const { interaction, parsed, webhook } = explanation;
  switch (tab) {
    case "answer":
      return <AnswerSummary explanation={explanation} onChange={onChange} />;
    case "sent":
      return <SentPart replies={explanation.replies} />;
    case "replies":
      return interaction?.replies === null || interaction === null ? (
        <Empty title={details("no_replies")} icon="robot" />
      ) : (
        <Json value={interaction.replies} label={details("tab_replies")} />
      );
    case "parsed":
      return parsed === null ? (
        <Empty title={details("no_question")} icon="conversations" />
      ) : (
        <Json value={parsed} label={details("tab_parsed")} />
      );
    case "webhook":
      return webhook === null ? (
        <Empty title={details("no_webhook")} icon="events" />
      ) : (
        <WebhookPart webhook={webhook} />
      );
  }
}
