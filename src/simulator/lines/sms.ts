import { randomUUID } from "node:crypto";
import { z } from "zod";
import { sms } from "../../channels/sms/index.ts";
import { derivedId } from "../../identity.ts";
import { addressOf } from "../names.ts";
import { AZURE_AT_ONCE, azureError, azureFailure, gridCall, gridTime, isSigned } from "./azure.ts";
import type { PlainEvent } from "./azure.ts";
import { json, parse, withoutPlus } from "./json.ts";
import { shown } from "./whatsapp.ts";
import { GENEROUS } from "./limits.ts";
import type {
  Arrival,
  Desk,
  LineFailure,
  LineMaker,
  ProviderAnswer,
  ProviderCall,
  Report,
} from "./line.ts";

/** Nobody's number: reserved for examples. Source: North American Numbering Plan, 555-0100 to 555-0199. */
const SENDER = "+14255550125";

/** Codes of delivery reports. Source: ACS SMS documentation, delivery report codes. */
const LATER: readonly LineFailure[] = [
  { code: "4002", title: "The recipient's number is not valid.", when: "later" },
  { code: "4004", title: "The recipient's number does not exist.", when: "later" },
  { code: "4005", title: "The carrier blocked the message.", when: "later" },
  { code: "4006", title: "The phone cannot be reached.", when: "later" },
  { code: "4007", title: "The person opted out.", when: "later" },
  { code: "5000", title: "The message could not be delivered.", when: "later" },
  { code: "9999", title: "The message failed for an unknown reason.", when: "later" },
];

/** Text messages by Azure Communication Services. Source: Event Grid, SMS events; ACS SMS REST reference. */
export const smsLine: LineMaker = (secretOf) => {
  const accessKey = secretOf("access key");
  const secret = secretOf("webhook secret");
  return {
    description: {
      channel: "simulator-sms",
      type: "sms",
      account: SENDER,
      title: "SMS",
      features: {
        buttons: false,
        lists: false,
        media: false,
        location: false,
        templates: false,
        voice: false,
        batches: true,
        reads: false,
        typedChoices: true,
      },
      failures: [...LATER, ...AZURE_AT_ONCE.map(shown)],
    },
    module: sms,
    settings: {
      ...GENEROUS,
      endpoint: addressOf("simulator-sms"),
      api_key: accessKey,
      webhook_secrets: [secret],
      senders: [SENDER],
    },
    statuses: ["delivered"],
    newId: () => `Incoming_${randomUUID()}`,
    refuse: ({ type }) =>
      type === "text" ? undefined : "a text message holds nothing but text: choices are typed",
    webhooks: (messages, kind) => [gridCall(messages.map(receivedEvent), secret, kind)],
    report: (report, kind) => gridCall([reportEvent(report)], secret, kind),
    answer: async (call, desk) => {
      if (!isSigned(call, accessKey))
        return azureError(401, "Denied", "The signature does not match.");
      return call.url.pathname === "/sms" ? takeCall(call, desk) : answerOptOuts(call);
    },
  };
};

function receivedEvent({ externalId, from, content, sentAt }: Arrival): PlainEvent {
  return {
    id: externalId,
    type: "SMSReceived",
    subject: `/phonenumber/${withoutPlus(SENDER)}`,
    time: sentAt,
    data: {
      messageId: externalId,
      from,
      to: withoutPlus(SENDER),
      message: content.type === "text" ? content.text : "",
      receivedTimestamp: gridTime(sentAt),
      segmentCount: 1,
    },
  };
}

/** Our id comes back as the tag of the message. */
function reportEvent({ externalId, messageId, person, error, at }: Report): PlainEvent {
  const isDelivered = error === undefined;
  return {
    id: externalId,
    type: "SMSDeliveryReportReceived",
    subject: `/phonenumber/${withoutPlus(SENDER)}`,
    time: at,
    data: {
      messageId: externalId,
      from: withoutPlus(SENDER),
      to: `+${person}`,
      deliveryStatus: isDelivered ? "Delivered" : "Failed",
      deliveryStatusDetails: isDelivered ? "No error." : `${error.code}: ${error.title}`,
      deliveryAttempts: [
        {
          timestamp: gridTime(at),
          segmentsSucceeded: isDelivered ? 1 : 0,
          segmentsFailed: isDelivered ? 0 : 1,
        },
      ],
      receivedTimestamp: gridTime(at),
      ...(messageId !== undefined && { Tag: messageId }),
    },
  };
}

const sendSchema = z.object({
  from: z.literal(SENDER),
  smsRecipients: z.tuple([
    z.object({ to: z.string().regex(/^\+\d+$/), repeatabilityRequestId: z.string() }),
  ]),
  smsSendOptions: z.object({ tag: z.string() }),
});

/** A repeated request is the message that it was the first time: its id follows from the request's. */
async function takeCall({ body }: ProviderCall, desk: Desk): Promise<ProviderAnswer> {
  const message = sendSchema.safeParse(parse(body)).data;
  if (message === undefined) return azureError(400, "BadRequest", "The request is not valid.");
  const [{ to, repeatabilityRequestId }] = message.smsRecipients;
  const externalId = `Outgoing_${derivedId(repeatabilityRequestId, "simulated")}`;
  const messageId = message.smsSendOptions.tag;
  const failure = await desk.take({ person: withoutPlus(to), externalId, messageId });
  if (failure !== undefined) return azureFailure(failure);
  const receipt = { to, messageId: externalId, httpStatusCode: 202, successful: true };
  return json(202, { value: [{ ...receipt, repeatabilityResult: "accepted" }] });
}

const optOutSchema = z.object({ recipients: z.array(z.object({ to: z.string() })) });

/** The list of opt-outs is empty and takes whoever is put on it: the bridge keeps its own. */
function answerOptOuts({ url, body }: ProviderCall): ProviderAnswer {
  const recipients = optOutSchema.safeParse(parse(body)).data?.recipients;
  if (!url.pathname.startsWith("/sms/optouts:") || recipients === undefined)
    return azureError(404, "NotFound", "There is no such resource.");
  const isCheck = url.pathname.endsWith(":check");
  const value = recipients.map(({ to }) => ({
    to,
    httpStatusCode: 200,
    ...(isCheck && { isOptedOut: false }),
  }));
  return json(200, { value });
}
