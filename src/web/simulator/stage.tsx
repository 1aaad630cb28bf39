import { useEffect, useState } from "preact/hooks";
import { simulator } from "../i18n/simulator.ts";
import { get } from "../shared/api.ts";
import { lazily } from "../shared/lazily.tsx";
import { useResource } from "../shared/resource.ts";
import { may, session } from "../shared/session.ts";
import { Empty, Loaded } from "../shared/ui/states.tsx";
import { Phone } from "./phone/phone.tsx";
import { Panel } from "./panel/panel.tsx";
import { SCRIPT_FRAGMENT } from "./script/fragment.ts";
import { Setup } from "./setup/setup.tsx";
import { PlaceTabs } from "./place-tabs.tsx";
import { line, lines, person } from "./state/place.ts";
import { openTranscript } from "./state/transcript.ts";
import { room, shown } from "./state/view.ts";
import type { Line, Simulator } from "./state/wire.ts";
import { TopBar } from "./top-bar.tsx";

const SharedDialog = lazily(() => import("./script/parts.ts").then((part) => part.SharedDialog));

/** The whole page: what stands beside the phone depends on how much room there is. */
export function Stage() {
  const title = simulator("title");
  useEffect(() => {
    document.title = `${title} · Ponte`;
  }, [title]);
  return (
    <div class="simulator">
      <TopBar />
      <main class="stage">
        <h1 class="visually-hidden">{title}</h1>
        <Admitted />
      </main>
    </div>
  );
}

function Admitted() {
  if (session.value?.simulator === null)
    return <Empty icon="phone" title={simulator("off_title")} detail={simulator("off_detail")} />;
  if (!may("simulator:write"))
    return (
      <Empty
        icon="key"
        title={simulator("forbidden_title")}
        detail={simulator("forbidden_detail")}
      />
    );
  return <WithLines />;
}

function WithLines() {
  const read = useResource("simulator", async (signal) => {
    const answer = await get<Simulator>("/simulator", {}, signal);
    lines.value = answer.lines;
    return answer;
  });
  return (
    <Loaded from={read}>
      {() => (line.value === undefined ? <Empty icon="phone" /> : <Places line={line.value} />)}
    </Loaded>
  );
}

function Places({ line: chosen }: { readonly line: Line }) {
  const [isShared] = useState(() => location.hash.startsWith(SCRIPT_FRAGMENT));
  const seat = { channel: chosen.channel, person: person.value };
  const { channel } = seat;
  const { phone } = seat.person;
  useEffect(() => openTranscript(channel, phone), [channel, phone]);
  const parts = {
    setup: <Setup line={chosen} seat={seat} />,
    phone: <Phone />,
    inside: <Panel line={chosen} seat={seat} />,
  };
  return (
    <>
      {isShared && <SharedDialog />}
      {room.value === "wide" && (
        <div class="places places-wide">
          {parts.setup}
          {parts.phone}
          {parts.inside}
        </div>
      )}
      {room.value === "middle" && (
        <div class="places places-middle">
          {parts.phone}
          <PlaceTabs places={["setup", "inside"]}>
            {shown.value === "inside" ? parts.inside : parts.setup}
          </PlaceTabs>
        </div>
      )}
      {room.value === "narrow" && (
        <div class="places places-narrow">
          <PlaceTabs places={["phone", "setup", "inside"]}>{parts[shown.value]}</PlaceTabs>
        </div>
      )}
    </>
  );
}
