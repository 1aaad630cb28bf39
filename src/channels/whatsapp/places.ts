import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { onlyMessages } from "./dialect.ts";
import { numberField, optionalText, renderParsed } from "./fields.ts";
import { fitLine } from "./fit-text.ts";

/** Decimal places that place a person within a hand's breadth; more would only print exponents. */
const PRECISION = 6;

/** A place on the map, shared with template parameters. */
export const placeFields = z.object({
  latitude: numberField.refine((value) => Math.abs(value) <= 90),
  longitude: numberField.refine((value) => Math.abs(value) <= 180),
  name: optionalText,
  address: optionalText,
});

/** Renders the custom `location`. */
export function renderLocation(raw: unknown): Rendering {
  return renderParsed("location", placeFields, raw, (place) => {
    const { location, notes } = placeContent(place);
    const text = [location.name, location.address, `${location.latitude}, ${location.longitude}`]
      .filter((part) => part !== undefined)
      .join("\n");
    return onlyMessages([
      { payload: { type: "location", location }, text, notes, needsWindow: true },
    ]);
  });
}

/** Writes a place as WhatsApp wants it: numbers as text, no empty names. */
export function placeContent({ latitude, longitude, name, address }: z.infer<typeof placeFields>) {
  const called = fitLine(name ?? "", Number.POSITIVE_INFINITY, "name", "title_cut");
  const found = fitLine(address ?? "", Number.POSITIVE_INFINITY, "address", "title_cut");
  return {
    location: {
      latitude: degrees(latitude),
      longitude: degrees(longitude),
      ...(called.text === "" ? {} : { name: called.text }),
      ...(found.text === "" ? {} : { address: found.text }),
    },
    notes: [...called.notes, ...found.notes],
  };
}

function degrees(value: number): string {
  return String(Number(value.toFixed(PRECISION)));
}
