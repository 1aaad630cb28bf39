import { computed, signal } from "@preact/signals";
import { query, setQuery } from "../../shared/router.ts";

/** How much stands side by side: everything, the phone and one thing, or one thing alone. */
export type Room = "wide" | "middle" | "narrow";

const WIDE = "(width >= 1180px)";
const NARROW = "(width < 760px)";

function measure(): Room {
  if (matchMedia(WIDE).matches) return "wide";
  return matchMedia(NARROW).matches ? "narrow" : "middle";
}

export const room = signal<Room>(measure());

for (const limit of [WIDE, NARROW])
  matchMedia(limit).addEventListener("change", () => (room.value = measure()));

export const PLACES = ["phone", "setup", "inside"] as const;

export type Place = (typeof PLACES)[number];

/** What is shown where not everything has room. */
export const shown = computed<Place>(
  () => PLACES.find((known) => known === query.value.get("show")) ?? "phone",
);

export const show = (place: Place): void =>
  setQuery({ show: place === "phone" ? undefined : place });

export const SIDES = ["message", "providers", "calls", "script"] as const;

export type Side = (typeof SIDES)[number];

/** What the panel beside the phone shows. */
export const side = computed<Side>(
  () => SIDES.find((known) => known === query.value.get("panel")) ?? "message",
);

export const chooseSide = (chosen: Side): void =>
  setQuery({ panel: chosen === "message" ? undefined : chosen });

/** Shows a part of the panel, and the panel itself where it was out of sight. */
export function showInside(chosen: Side): void {
  chooseSide(chosen);
  if (room.peek() !== "wide") show("inside");
}
