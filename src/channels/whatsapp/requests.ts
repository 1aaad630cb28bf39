import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { wordsOf } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { isRecord, optionalText, renderParsed, textField, toJson } from "./fields.ts";
import { cleanText, fitLine } from "./fit-text.ts";
import { renderInteractive } from "./interactive.ts";
import { FLOW_LABEL } from "./limits.ts";
import { prepareText } from "./text.ts";

/** The version of the flow message that all current flows use. Source: Cloud API reference, flows. */
const FLOW_MESSAGE_VERSION = "3";

const request = z.object({ body: optionalText });

const name = textField.transform((text) => cleanText(text.trim(), "name").text);
const optionalName = name
  .nullish()
  .transform((text) => (text === "" ? undefined : (text ?? undefined)));

const flow = z
  .object({
    body: optionalText,
    header: optionalText,
    footer: optionalText,
    cta: optionalText,
    flow_id: optionalName,
    flow_name: optionalName,
    flow_token: optionalName,
    flow_action: z.enum(["navigate", "data_exchange"]).nullish(),
    screen: optionalName,
    data: z.unknown().optional(),
    mode: z.enum(["draft", "published"]).nullish(),
  })
  .refine((form) => form.flow_id !== undefined || form.flow_name !== undefined, {
    path: ["flow_id"],
  });

type Form = z.infer<typeof flow>;

/** Renders the custom `location_request`: a text with WhatsApp's button for sharing a place. */
export function renderLocationRequest(raw: unknown, options: DialectOptions): Rendering {
  return renderParsed("location_request", request, raw, ({ body }) =>
    renderInteractive(
      {
        type: "location_request_message",
        body: prepareText(body ?? "", "text", options),
        fallback: wordsOf(options).shareLocation,
        action: { name: "send_location" },
      },
      options,
    ),
  );
}

/** Renders the custom `request_contact_info`: a text with WhatsApp's button for sharing a phone number. */
export function renderContactRequest(raw: unknown, options: DialectOptions): Rendering {
  return renderParsed("request_contact_info", request, raw, ({ body }) =>
    renderInteractive(
      {
        type: "request_contact_info",
        body: prepareText(body ?? "", "text", options),
        fallback: wordsOf(options).shareContact,
        action: { name: "request_contact_info" },
      },
      options,
    ),
  );
}

/** Renders the custom `flow`: a text with a button that opens a form. */
export function renderFlow(raw: unknown, options: DialectOptions): Rendering {
  return renderParsed("flow", flow, raw, (form) => {
    const label = fitLine(form.cta ?? "", FLOW_LABEL, "label", "label_cut");
    const flow_cta = label.text === "" ? wordsOf(options).open : label.text;
    const parameters = { flow_message_version: FLOW_MESSAGE_VERSION, flow_cta, ...detailsOf(form) };
    return renderInteractive(
      {
        type: "flow",
        body: prepareText(form.body ?? "", "text", options),
        fallback: wordsOf(options).fillForm,
        header: form.header === undefined ? undefined : { type: "text", text: form.header },
        footer: form.footer,
        action: { name: "flow", parameters },
        choices: `1. ${flow_cta}`,
        notes: label.notes,
      },
      options,
    );
  });
}

/** Writes the id where there are both: WhatsApp takes one of the two. */
function detailsOf(form: Form): Readonly<Record<string, unknown>> {
  const { flow_id, flow_name, flow_token, flow_action, screen, mode } = form;
  const data = toJson(form.data);
  const hasData = isRecord(data) && Object.keys(data).length > 0;
  const payload = { screen, ...(hasData ? { data } : {}) };
  return {
    ...(flow_id === undefined ? { flow_name } : { flow_id }),
    ...(flow_token === undefined ? {} : { flow_token }),
    ...((flow_action ?? undefined) === undefined ? {} : { flow_action }),
    ...(screen === undefined ? {} : { flow_action_payload: payload }),
    ...((mode ?? undefined) === undefined ? {} : { mode }),
  };
}
