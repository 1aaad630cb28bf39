import { serpro } from "../../channels/serpro/index.ts";
import { addressOf } from "../names.ts";
import type { SignatureKind } from "../orders.ts";
import { WRONG_SECRET } from "../secrets.ts";
import { GENEROUS } from "./limits.ts";
import type { LineMaker, WebhookDraft } from "./line.ts";
import { createSerproAnswer } from "./serpro-answer.ts";
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

const CLIENT = "999000000000002";
const BUSINESS_ACCOUNT = "999000000000003";
/** Nobody's number: reserved for examples. Source: North American Numbering Plan, 555-0100 to 555-0199. */
const DISPLAY_NUMBER = "14255550122";

/** WhatsApp by Serpro's relay: Meta's values laid flat, and a token in place of a signature. */
export const serproLine: LineMaker = (secretOf) => {
  const webhookToken = secretOf("webhook token");
  const clientSecret = secretOf("client secret");
  const credential = (kind: SignatureKind): Record<string, string> => {
    if (kind === "missing") return {};
    return { authorization: `Bearer ${kind === "good" ? webhookToken : WRONG_SECRET}` };
  };
  const bring = (lists: object, kind: SignatureKind): WebhookDraft => {
    const line = { display_phone_number: DISPLAY_NUMBER, phone_number_id: CLIENT };
    const all = { contacts: [], messages: [], errors: [], statuses: [], ...lists };
    const headers = { "content-type": "application/json", ...credential(kind) };
    return { headers, body: JSON.stringify({ ...line, ...all, delay: 0 }) };
  };
  return {
    description: {
      channel: "simulator-serpro",
      type: "serpro",
      account: CLIENT,
      title: "Serpro WhatsApp",
      features: FEATURES,
      failures: [...LATER, ...AT_ONCE.map(shown)],
    },
    module: serpro,
    settings: {
      ...GENEROUS,
      client_id: CLIENT,
      client_secret: clientSecret,
      waba_id: BUSINESS_ACCOUNT,
      base_url: addressOf("simulator-serpro"),
      webhook_tokens: [webhookToken],
    },
    statuses: ["sent", "delivered", "read"],
    newId: newWamid,
    refuse: () => undefined,
    webhooks: (messages, kind) => [
      bring(
        {
          contacts: contactsOf(messages),
          messages: messages.map((message) => messageOf(message, DISPLAY_NUMBER)),
        },
        kind,
      ),
    ],
    report: (report, kind) => bring({ statuses: [statusOf(report)] }, kind),
    answer: createSerproAnswer({
      client: CLIENT,
      clientSecret,
      businessAccount: BUSINESS_ACCOUNT,
      token: secretOf("access token"),
    }),
  };
};
