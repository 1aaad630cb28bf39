import { createHmac } from "node:crypto";
import { cloud } from "../../channels/cloud/index.ts";
import { addressOf } from "../names.ts";
import type { SignatureKind } from "../orders.ts";
import { WRONG_SECRET } from "../secrets.ts";
import { createCloudAnswer } from "./cloud-answer.ts";
import { GENEROUS } from "./limits.ts";
import type { LineMaker, WebhookDraft } from "./line.ts";
import {
  AT_ONCE,
  FEATURES,
  contactsOf,
  LATER,
  messageOf,
  newWamid,
  shown,
  statusOf,
} from "./whatsapp.ts";

const ACCOUNT = "999000000000001";
const BUSINESS_ACCOUNT = "999000000000000";
/** Nobody's number: reserved for examples. Source: North American Numbering Plan, 555-0100 to 555-0199. */
const DISPLAY_NUMBER = "14255550121";

/** WhatsApp by Meta's Cloud API. Source: Cloud API reference, webhooks and messages. */
export const cloudLine: LineMaker = (secretOf) => {
  const appSecret = secretOf("app secret");
  const token = secretOf("access token");
  const sign = (value: object, kind: SignatureKind): WebhookDraft => {
    const metadata = { display_phone_number: DISPLAY_NUMBER, phone_number_id: ACCOUNT };
    const change = {
      field: "messages",
      value: { messaging_product: "whatsapp", metadata, ...value },
    };
    const entry = [{ id: BUSINESS_ACCOUNT, changes: [change] }];
    const body = wireJson({ object: "whatsapp_business_account", entry });
    return { headers: { "content-type": "application/json", ...signature(body, kind) }, body };
  };
  const signature = (body: string, kind: SignatureKind): Record<string, string> => {
    if (kind === "missing") return {};
    const key = kind === "good" ? appSecret : WRONG_SECRET;
    const digest = createHmac("sha256", key).update(body).digest("hex");
    return { "x-hub-signature-256": `sha256=${digest}` };
  };
  return {
    description: {
      channel: "simulator",
      type: "cloud",
      account: ACCOUNT,
      title: "WhatsApp Cloud API",
      features: FEATURES,
      failures: [...LATER, ...AT_ONCE.map(shown)],
    },
    module: cloud,
    settings: {
      ...GENEROUS,
      access_token: token,
      verify_tokens: [secretOf("verify token")],
      app_secrets: [appSecret],
      phone_number_ids: [ACCOUNT],
      business_account_id: BUSINESS_ACCOUNT,
      graph_url: addressOf("simulator"),
    },
    statuses: ["sent", "delivered", "read"],
    newId: newWamid,
    refuse: () => undefined,
    webhooks: (messages, kind) => [
      sign(
        {
          contacts: contactsOf(messages),
          messages: messages.map((message) => messageOf(message, DISPLAY_NUMBER)),
        },
        kind,
      ),
    ],
    report: (report, kind) => {
      const { messageId, error, person } = report;
      const echo = messageId === undefined ? {} : { biz_opaque_callback_data: messageId };
      // As with the provider, a failed one has no contacts.
      const contacts = error === undefined ? { contacts: [{ wa_id: person }] } : {};
      return sign({ ...contacts, statuses: [{ ...statusOf(report), ...echo }] }, kind);
    },
    answer: createCloudAnswer({ token, account: ACCOUNT, businessAccount: BUSINESS_ACCOUNT }),
  };
};

/** Writes JSON as the provider does on the wire: in ASCII, with slashes escaped. */
function wireJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
