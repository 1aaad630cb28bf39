import type { ComponentChildren } from "preact";
import { simulator } from "../i18n/simulator.ts";
import { Tabs } from "../shared/ui/tabs.tsx";
import { type Place, show, shown } from "./state/view.ts";

interface PlaceTabsProps {
  readonly places: readonly Place[];
  readonly children: ComponentChildren;
}

/** What there is no room for side by side, one behind the other. */
export function PlaceTabs({ places, children }: PlaceTabsProps) {
  const chosen = places.find((place) => place === shown.value) ?? places[0] ?? "phone";
  return (
    <Tabs
      label={simulator("places")}
      tabs={places.map((id) => ({ id, label: simulator(`place_${id}`) }))}
      chosen={chosen}
      onChoose={(id) => show(places.find((place) => place === id) ?? "phone")}
    >
      {children}
    </Tabs>
  );
}
