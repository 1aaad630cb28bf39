import { describe, expect, test } from "@jest/globals";
import type { WebhookRequest } from "../../src/channels/channel.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { BridgeError } from "../../src/errors.ts";
import type { ChannelEvent } from "../../src/messages.ts";
import { type OpenLine, openLines } from "../../src/simulator/lines/index.ts";
import type { Arrival, WebhookDraft } from "../../src/simulator/lines/line.ts";
import { fromMediaId, toMediaId } from "../../src/simulator/lines/whatsapp.ts";
import type { SaidContent, SignatureKind } from "../../src/simulator/orders.ts";

const LINES = openLines("the admin key of the tests 0123456789");
const NAMES = [...LINES.keys()].map((name) => ({ name }));

function lineOf(name: string): OpenLine {
  const found = LINES.get(name);
  if (found === undefined) throw new Error("no such line");
  return found;
}

/** Reads a call as the bridge does: what vouches for it first, then the channel itself. */
async function receive({ channel }: OpenLine, draft: WebhookDraft): Promise<ChannelEvent[]> {
  const request: WebhookRequest = {
    method: "POST",
    suffix: "",
    headers: draft.headers,
    query: {},
    rawBody: Buffer.from(draft.body),
  };
  const unused = () => Promise.reject(new Error("no call is made"));
  const cache = createMemoryCache();
  const tools = { http: unused, stream: unused, cache, now: new Date() };
  const isAuthenticated = (await channel.channel.authenticate?.(request, tools)) ?? false;
  const result = channel.channel.receive(
    isAuthenticated ? { ...request, isAuthenticated } : request,
  );
  if (result.kind !== "events") throw new Error(`the call is a ${result.kind}`);
  return [...result.events];
}

const FILE = {
  id: "01a20020-dd4b-757a-b57f-45f42914f7bf",
  mimeType: "application/pdf",
  sizeBytes: 3,
  sha256: "a3+kNPkqi4CqsC2b8aEuSf/K5CTkATocT2i2fj0rvNA=",
  fileName: "declaração.pdf",
};

function arrival(content: SaidContent, more: Partial<Arrival> = {}): Arrival {
  return {
    from: "5561987654321",
    name: "Ana <b>",
    externalId: "wamid.AAA111",
    sentAt: "2026-11-20T12:00:00.000Z",
    quoted: "wamid.QUOTED",
    content,
    ...(content.type === "media" && { file: FILE }),
    ...more,
  };
}

const media = (kind: Extract<SaidContent, { type: "media" }>["media"]): SaidContent => ({
  type: "media",
  media: kind,
  fileId: FILE.id,
  caption: "veja",
  fileName: "outra.pdf",
});

const HOSTILE = '<script>alert(1)</script> \u202E\u200b 😀 \\ / "aspas"\n' + "ç".repeat(3_000);

const CONTENTS: readonly {
  label: string;
  content: SaidContent;
  want: object;
  text: string;
}[] = [
  {
    label: "hostile words",
    content: { type: "text", text: HOSTILE },
    want: { type: "text" },
    text: HOSTILE,
  },
  ...(["button", "list", "template_button"] as const).map((source) => ({
    label: `a tap on a ${source}`,
    content: { type: "choice", source, id: '/menu{"a":1}', title: "O menu" } as const,
    want: { type: "choice", source, payload: '/menu{"a":1}', title: "O menu" },
    text: '/menu{"a":1}',
  })),
  {
    label: "a row with a description",
    content: { type: "choice", source: "list", id: "a", title: "A", description: "letra" },
    want: { type: "choice", source: "list", payload: "a", title: "A", description: "letra" },
    text: "a",
  },
  ...(["image", "video", "document"] as const).map((kind) => ({
    label: `${kind} with a caption`,
    content: media(kind),
    want: {
      type: "media",
      media: kind,
      mimeType: FILE.mimeType,
      ...(kind === "document" && { fileName: "outra.pdf" }),
    },
    text: "veja",
  })),
  ...(["audio", "voice", "sticker"] as const).map((kind) => ({
    label: kind,
    content: media(kind),
    want: { type: "media", media: kind, mimeType: FILE.mimeType },
    text: "",
  })),
  {
    label: "a place",
    content: { type: "location", latitude: -15.79, longitude: -47.88, name: "Posto" },
    want: { type: "location", latitude: -15.79, longitude: -47.88, name: "Posto" },
    text: "",
  },
  {
    label: "a contact whose name tries to add a line to the card",
    content: { type: "contact", name: "Caio\nTEL:+1", phone: "+55 61 9333-4444" },
    want: {
      type: "contacts",
      cards: [{ phones: [{ phone: "+55 61 9333-4444", identity: { value: "556193334444" } }] }],
    },
    text: "",
  },
  {
    label: "a reaction",
    content: { type: "reaction", to: "wamid.OUT", emoji: "👍" },
    want: { type: "reaction", to: "wamid.OUT", emoji: "👍" },
    text: "",
  },
];

describe.each(NAMES)("what $name brings", ({ name }) => {
  const open = lineOf(name);
  const { line, channel } = open;
  const [account] = channel.channel.accounts;

  test.each(CONTENTS)("$label is what the real channel reads", async ({ content, want, text }) => {
    if (line.refuse(content) !== undefined) {
      expect(["simulator-acs", "simulator-sms"]).toContain(name);
      expect(content.type).not.toBe("text");
      return;
    }
    const [draft, ...others] = line.webhooks([arrival(content)], "good");
    expect(others).toEqual([]);
    const events = await receive(open, draft ?? { headers: {}, body: "" });
    // Azure tells recordings from other audio in no way.
    const isRecording = name === "simulator-acs" && content.type === "media";
    const shown = isRecording && content.media === "voice" ? { ...want, media: "audio" } : want;
    expect(events).toEqual([
      expect.objectContaining({
        kind: "message",
        account,
        externalId: "wamid.AAA111",
        identities: [{ kind: "phone", value: "5561987654321" }],
        sentAt: "2026-11-20T12:00:00.000Z",
        text,
        content: expect.objectContaining({
          type: content.type === "contact" ? "contacts" : content.type,
        }),
      }),
    ]);
    expect(events[0]).toMatchObject({ content: shown });
    if (name !== "simulator-sms")
      expect(events[0]).toMatchObject({ context: { quoted: "wamid.QUOTED" } });
  });

  test("a batch comes in the order it is given, in one call where the provider has batches", async () => {
    const said = ["a", "b", "c"].map((text) =>
      arrival({ type: "text", text }, { externalId: `wamid.${text}` }),
    );
    const drafts = line.webhooks(said, "good");
    expect(drafts).toHaveLength(line.description.features.batches ? 1 : 3);
    const events = [];
    for (const draft of drafts) events.push(...(await receive(open, draft)));
    expect(events.map((event) => ("text" in event ? event.text : ""))).toEqual(["a", "b", "c"]);
  });

  test.each<{ kind: SignatureKind }>([{ kind: "bad" }, { kind: "missing" }])(
    "a call with a $kind signature is refused as forged",
    async ({ kind }) => {
      const said = arrival({ type: "text", text: "oi" });
      const report = { ...REPORT, status: "delivered" } as const;
      for (const draft of [...line.webhooks([said], kind), line.report(report, kind)]) {
        const refusal = await receive(open, draft).catch((thrown: unknown) => thrown);
        expect(refusal).toBeInstanceOf(BridgeError);
        expect(refusal).toMatchObject({ code: "webhook_forged" });
      }
    },
  );

  test("every status that it reports is what the real channel reads", async () => {
    for (const status of line.statuses) {
      const events = await receive(open, line.report({ ...REPORT, status }, "good"));
      expect(events).toEqual([
        expect.objectContaining({ kind: "status", account, externalId: "wamid.OUT", status }),
      ]);
    }
  });

  test("every failure that comes later is one that the real channel knows", async () => {
    const later = line.description.failures.filter(({ when }) => when === "later");
    expect(later.length).toBeGreaterThan(0);
    for (const error of later) {
      const report = { ...REPORT, status: "failed", error } as const;
      const [event] = await receive(open, line.report(report, "good"));
      // Evolution API never says why.
      const code = name === "simulator-evolution" ? "" : error.code;
      expect(event).toMatchObject({ kind: "status", status: "failed", error: { code } });
    }
  });

  test("it is the same in every process with the admin key, and another with another key", () => {
    const same = openLines("the admin key of the tests 0123456789").get(name);
    const other = openLines("another admin key 0123456789").get(name);
    expect(same?.channel.channel.secrets).toEqual(channel.channel.secrets);
    for (const secret of channel.channel.secrets)
      expect(other?.channel.channel.secrets).not.toContain(secret);
  });

  test("it never reads what arrives for an operator's channel", () => {
    expect(channel.channel).not.toHaveProperty("visits");
    expect(channel).toMatchObject({ name, tenant: "simulator" });
  });
});

const REPORT = {
  messageId: "01a20020-dd4b-757a-b57f-45f42914f7bf",
  externalId: "wamid.OUT",
  person: "5561987654321",
  at: "2026-11-20T12:00:01.000Z",
} as const;

test("ids of files become WhatsApp's digits and come back", () => {
  expect(toMediaId(FILE.id)).toMatch(/^\d+$/);
  expect(fromMediaId(toMediaId(FILE.id))).toBe(FILE.id);
  for (const wrong of ["", "x", "9".repeat(39), "9".repeat(64)])
    expect(fromMediaId(wrong)).toBeUndefined();
});
