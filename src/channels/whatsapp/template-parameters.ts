import { z } from "zod";
import type { Note } from "../../messages.ts";
import { numberField, optionalText, recordField, textField, toJson } from "./fields.ts";
import { cleanText, cutText } from "./fit-text.ts";
import type { Fitted } from "./fit-text.ts";
import { assignIds } from "./kept-ids.ts";
import type { Kept } from "./kept-ids.ts";
import { COUPON_CODE, PARAMETER_SPACES, QUICK_REPLY_PAYLOAD } from "./limits.ts";
import { mediaContent, sourceOf } from "./media.ts";
import type { Media } from "./media.ts";
import { note } from "./notes.ts";
import { placeContent, placeFields } from "./places.ts";

/** What stands where a bot gave an empty text, which the provider refuses. */
const DASH = "-";

const SPACES = new RegExp(` {${PARAMETER_SPACES + 1},}`, "g");

const medium = z
  .object({ link: optionalText, url: optionalText, id: optionalText, filename: optionalText })
  .transform(({ link, url, id, filename }, context) => {
    const source = sourceOf(link ?? url, id);
    if (source !== undefined) return { source, fileName: filename };
    context.addIssue({ code: "custom", message: "has no usable address", path: ["link"] });
    return z.NEVER;
  });

const named = { parameter_name: optionalText };

const currency = z.object({
  fallback_value: textField,
  code: z.string().regex(/^[A-Z]{3}$/),
  amount_1000: numberField.pipe(z.int()),
});

/** A template parameter in WhatsApp's own words, or a plain text. */
export const parameterField = z.union([
  textField.transform((text) => ({ type: "text" as const, text, parameter_name: undefined })),
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("text"), text: textField, ...named }),
    z.object({ type: z.literal("currency"), currency, ...named }),
    z.object({
      type: z.literal("date_time"),
      date_time: z.object({ fallback_value: textField }),
      ...named,
    }),
    z.object({ type: z.literal("image"), image: medium, ...named }),
    z.object({ type: z.literal("video"), video: medium, ...named }),
    z.object({ type: z.literal("document"), document: medium, ...named }),
    z.object({ type: z.literal("location"), location: placeFields, ...named }),
    z.object({ type: z.literal("payload"), payload: textField, ...named }),
    z.object({ type: z.literal("coupon_code"), coupon_code: textField, ...named }),
    z.object({ type: z.literal("action"), action: recordField, ...named }),
  ]),
]);

export type Parameter = z.infer<typeof parameterField>;

/** A parameter as it is sent. */
export interface FittedParameter {
  readonly content: Readonly<Record<string, unknown>>;
  /** What a person will read of it; "" where that is nothing. */
  readonly text: string;
  readonly notes: readonly Note[];
  readonly kept: readonly Kept[];
}

/** Fits one parameter; texts get at most `limit` UTF-16 code units. */
export function fitParameter(parameter: Parameter, limit: number): FittedParameter {
  const fitted = fitContent(parameter, limit);
  const name = cleanText(parameter.parameter_name?.trim() ?? "", "parameter name").text;
  const content = {
    type: parameter.type,
    ...(name === "" ? {} : { parameter_name: name }),
    ...fitted.content,
  };
  return { text: "", notes: [], kept: [], ...fitted, content };
}

function fitContent(
  parameter: Parameter,
  limit: number,
): Partial<FittedParameter> & Pick<FittedParameter, "content"> {
  switch (parameter.type) {
    case "text": {
      const { text, notes } = fitWords(parameter.text, limit);
      return { content: { text }, text, notes };
    }
    case "currency": {
      const { text, notes } = fitWords(parameter.currency.fallback_value, limit);
      return {
        content: { currency: { ...parameter.currency, fallback_value: text } },
        text,
        notes,
      };
    }
    case "date_time": {
      const { text, notes } = fitWords(parameter.date_time.fallback_value, limit);
      return { content: { date_time: { fallback_value: text } }, text, notes };
    }
    case "image":
      return fitMedium("image", parameter.image);
    case "video":
      return fitMedium("video", parameter.video);
    case "document":
      return fitMedium("document", parameter.document);
    case "location":
      return fitPlace(parameter.location);
    case "payload":
      return fitPayload(parameter.payload);
    case "coupon_code": {
      const { text, notes } = fitWords(parameter.coupon_code, COUPON_CODE);
      return { content: { coupon_code: text }, text, notes };
    }
    case "action":
      return { content: { action: toJson(parameter.action) ?? {} } };
  }
}

function fitMedium(kind: Media["kind"], file: Omit<Media, "kind">) {
  const { content, notes } = mediaContent({ ...file, kind });
  return { content: { [kind]: content }, notes };
}

function fitPlace(place: z.infer<typeof placeFields>) {
  const { location, notes } = placeContent(place);
  return { content: { location }, notes };
}

function fitPayload(payload: string) {
  const clean = cleanText(payload, "payload");
  const text = clean.text.trim() === "" ? DASH : clean.text;
  const filled = text === clean.text ? [] : [note("parameter_filled", "A payload was empty.")];
  const { ids, kept, notes } = assignIds([text], QUICK_REPLY_PAYLOAD);
  return {
    content: { payload: ids[0] ?? text },
    notes: [...clean.notes, ...filled, ...notes],
    kept,
  };
}

/** A parameter stands inside a line: no breaks, no tabs, no wide gaps, never empty. */
function fitWords(raw: string, limit: number): Fitted {
  const clean = cleanText(raw, "a parameter");
  const collapsed = clean.text
    .replace(/[\n\r\t\v\f\u0085\u2028\u2029]+/g, " ")
    .replace(SPACES, " ");
  const notes = [...clean.notes];
  if (collapsed !== clean.text) notes.push(note("whitespace_collapsed", "In a parameter."));
  if (collapsed.trim() === "") {
    return { text: DASH, notes: [...notes, note("parameter_filled", "A parameter was empty.")] };
  }
  if (collapsed.length > limit) {
    notes.push(note("parameter_cut", `It has ${collapsed.length} of ${limit} characters.`));
  }
  return { text: cutText(collapsed, limit), notes };
}
