import { z } from "zod";
import type { Note } from "../../messages.ts";
import { number } from "../whatsapp/inbound/fields.ts";
import { note } from "../whatsapp/notes.ts";

type Parameter = Readonly<Record<string, unknown>>;

/** A value of a template under its name. */
export interface TemplateValue {
  readonly content: Readonly<Record<string, unknown>>;
  readonly notes: readonly Note[];
}

/** Why a template cannot be sent; names no value. */
export interface Unfit {
  readonly unfit: string;
}

const mediumSchema = z.object({ link: z.string(), filename: z.string().optional() });

const placeSchema = z.object({
  latitude: number,
  longitude: number,
  name: z.string().optional(),
  address: z.string().optional(),
});

const fallbackSchema = z.object({ fallback_value: z.string() });

/** Puts one template parameter into Azure's form; `subType` is that of the button it is for. */
export function valueOf(
  name: string,
  parameter: Parameter,
  subType?: string,
): TemplateValue | Unfit {
  const { type } = parameter;
  if (subType !== undefined) return buttonValue(name, parameter, subType);
  switch (type) {
    case "text":
      return { content: { name, kind: "text", text: parameter["text"] }, notes: [] };
    case "image":
    case "video":
    case "document":
      return mediumValue(name, type, parameter[type]);
    case "location":
      return placeValue(name, parameter["location"]);
    case "currency":
    case "date_time":
      return wordsValue(name, type, parameter[type]);
    default:
      return { unfit: "One of its parameters has no form at Azure." };
  }
}

/** A link's suffix is the text of its value, a quick reply's payload the payload. */
function buttonValue(name: string, parameter: Parameter, subType: string): TemplateValue | Unfit {
  const key = subType === "url" ? "text" : "payload";
  const given = parameter[key] ?? parameter["text"] ?? parameter["payload"];
  if (typeof given !== "string") return { unfit: "One of its buttons has no text or payload." };
  return { content: { name, kind: "quickAction", [key]: given }, notes: [] };
}

function mediumValue(name: string, kind: string, raw: unknown): TemplateValue | Unfit {
  const medium = mediumSchema.safeParse(raw).data;
  if (medium === undefined) return { unfit: `Its ${kind} has no address, which Azure needs.` };
  const { link: url, filename } = medium;
  const fileName = filename === undefined ? {} : { fileName: filename };
  return { content: { name, kind, url, ...fileName }, notes: [] };
}

function placeValue(name: string, raw: unknown): TemplateValue | Unfit {
  const place = placeSchema.safeParse(raw).data;
  if (place === undefined) return { unfit: "Its place cannot be read." };
  const { latitude, longitude, name: locationName, address } = place;
  const named = locationName === undefined ? {} : { locationName };
  const found = address === undefined ? {} : { address };
  return {
    content: { name, kind: "location", latitude, longitude, ...named, ...found },
    notes: [],
  };
}

function wordsValue(name: string, type: string, raw: unknown): TemplateValue | Unfit {
  const words = fallbackSchema.safeParse(raw).data;
  if (words === undefined) return { unfit: `Its ${type} cannot be read.` };
  const notes = [note("kind_to_text", `Azure has no ${type} in templates.`)];
  return { content: { name, kind: "text", text: words.fallback_value }, notes };
}
