import { inside } from "../../i18n/simulator-inside.ts";
import type { Explanation } from "../../shared/api-types.ts";
import { BubbleView } from "../../shared/bubble/bubble-view.tsx";
import { textBubble } from "../../shared/bubble/bubble.ts";
import { readPayload } from "../../shared/bubble/read-bubble.ts";
import { useResource } from "../../shared/resource.ts";
import { Json } from "../../shared/ui/json.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Empty, Loaded } from "../../shared/ui/states.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import type { Seat } from "../state/desk.ts";
import { lines } from "../state/place.ts";
import type { Line } from "../state/wire.ts";
import { Card, More } from "./card.tsx";
import { type Compared, compareLines, type Sayable } from "./compare.ts";
import { messageInView, useExplanation } from "./explained.ts";
import { Notes } from "./notes.tsx";

interface ProvidersSideProps {
  readonly line: Line;
  readonly seat: Seat;
}

/** The same reply as each provider would be given it. */
export function ProvidersSide({ seat }: ProvidersSideProps) {
  const message = messageInView();
  if (message === undefined)
    return (
      <Empty
        icon="channels"
        title={inside("compare_none")}
        detail={inside("compare_none_detail")}
      />
    );
  return <Compare id={message.id} to={seat.person.phone} />;
}

interface CompareProps {
  readonly id: string;
  readonly to: string;
}

function Compare({ id, to }: CompareProps) {
  const read = useExplanation(id);
  return (
    <Loaded from={read}>
      {(explanation) => {
        const said = sayablesOf(explanation);
        return said.length === 0 ? (
          <Empty icon="channels" title={inside("compare_silent")} />
        ) : (
          <Lines to={to} said={said} />
        );
      }}
    </Loaded>
  );
}

/** What was said in a turn: the bot's replies, or the words of a message that nobody asked for. */
function sayablesOf({ interaction, replies }: Explanation): readonly Sayable[] {
  if (interaction?.replies !== undefined && interaction?.replies !== null)
    return interaction.replies.map((reply) => ({ reply }));
  return replies.filter(({ text }) => text !== "").map(({ text }) => ({ text }));
}

interface LinesProps {
  readonly to: string;
  readonly said: readonly Sayable[];
}

function Lines({ to, said }: LinesProps) {
  const known = lines.value;
  const key = `compare ${to} ${known.length} ${JSON.stringify(said)}`;
  const read = useResource(key, (signal) => compareLines(known, to, said, signal));
  return (
    <>
      <p class="hint">{inside("compare_hint")}</p>
      <Loaded from={read}>
        {(compared) => (
          <div class="way">
            {compared.map((one) => (
              <LineCard key={one.line.channel} compared={one} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

function LineCard({ compared }: { readonly compared: Compared }) {
  const { line, messages, notes, refusal } = compared;
  return (
    <Card
      title={line.title}
      icon="channels"
      aside={
        refusal === undefined ? (
          <Tag>{inside.count("messages", messages.length)}</Tag>
        ) : (
          <Tag tone="warning" icon="warning">
            {inside("refused")}
          </Tag>
        )
      }
    >
      {refusal !== undefined && (
        <p class="hint hint-bad">
          <SafeText text={refusal} />
        </p>
      )}
      <div class="look">
        {messages.map(({ text, payload }, index) => (
          <BubbleView
            key={index}
            bubble={readPayload(payload, line.type, text) ?? textBubble(text)}
            direction="in"
          />
        ))}
      </div>
      <Notes notes={notes} />
      <More title={inside("payload")}>
        {messages.map(({ payload }, index) => (
          <Json
            key={index}
            value={payload}
            label={inside("payload_of", { line: line.title, number: index + 1 })}
          />
        ))}
      </More>
    </Card>
  );
}
