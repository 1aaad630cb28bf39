import { inside } from "../../i18n/simulator-inside.ts";
import { lazily } from "../../shared/lazily.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import type { Seat } from "../state/desk.ts";
import { chooseSide, SIDES, side } from "../state/view.ts";
import type { Line } from "../state/wire.ts";
import { CallsSide } from "./calls-side.tsx";
import { MessageSide } from "./message-side.tsx";
import { ProvidersSide } from "./providers-side.tsx";

const ScriptSide = lazily(() => import("../script/parts.ts").then((part) => part.ScriptSide));

interface PanelProps {
  readonly line: Line;
  readonly seat: Seat;
}

/** What happens behind the phone. */
export function Panel(props: PanelProps) {
  const chosen = side.value;
  return (
    <section class="inside" aria-label={inside("inside")}>
      <Tabs
        label={inside("inside")}
        tabs={SIDES.map((id) => ({ id, label: inside(`side_${id}`) }))}
        chosen={chosen}
        onChoose={(id) => chooseSide(SIDES.find((known) => known === id) ?? "message")}
      >
        <Side {...props} />
      </Tabs>
    </section>
  );
}

function Side({ line, seat }: PanelProps) {
  switch (side.value) {
    case "message":
      return <MessageSide line={line} />;
    case "providers":
      return <ProvidersSide line={line} seat={seat} />;
    case "calls":
      return <CallsSide />;
    case "script":
      return <ScriptSide line={line} seat={seat} />;
  }
}
