import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { signToken, upsertWebhook, envelope } from "../../standins/evolution-webhooks.ts";
import { eventsOf, receive } from "./calls.ts";
import { channelWith, INSTANCE, SECRET } from "./sample.ts";

const FROM = "5521987650011@s.whatsapp.net";
const GROUP = "120363298765432109@g.us";

const upsert = (message: unknown, more: Partial<Parameters<typeof upsertWebhook>[0]> = {}) =>
  upsertWebhook({ instance: INSTANCE, from: FROM, id: "3A1", message, ...more });

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("a genuine body that cannot be understood is kept", () => {
  test.each([
    { label: "no JSON", body: "{", reason: "the body is not JSON" },
    { label: "nothing", body: "", reason: "the body is not JSON" },
    { label: "null", body: "null", reason: "the body is not a webhook of the provider" },
    { label: "a list", body: "[]", reason: "the body is not a webhook of the provider" },
    {
      label: "a status without its envelope",
      body: { keyId: "A1", status: "READ" },
      reason: "the body is not a webhook of the provider",
    },
    {
      label: "ten thousand nested lists",
      body: nested(10_000),
      reason: "the body is not a webhook of the provider",
    },
  ])("$label", ({ body, reason }) => {
    expect(receive(body)).toStrictEqual({ kind: "quarantine", reason });
  });

  test("an address is not verified by looking at it", () => {
    expect(() => receive("", {}, { method: "GET" })).toThrow(
      expect.objectContaining({ code: "webhook_unverified" }),
    );
  });
});

describe("hostile data", () => {
  const POISONS = [
    { label: "nested lists as a text", raw: { conversation: "POISON" } },
    { label: "nested lists as a picture", raw: { imageMessage: "POISON" } },
    { label: "nested lists as a message", raw: "POISON" },
    { label: "nested lists as a name of its own", raw: { futureMessage: "POISON" } },
    { label: "nested lists as a wrapper", raw: { ephemeralMessage: { message: "POISON" } } },
  ];

  test.each(POISONS)("$label is one event", ({ raw }) => {
    const body = JSON.stringify(upsert(raw)).replace('"POISON"', nested(10_000));
    expect(eventsOf(body)).toHaveLength(1);
  });

  test("wrappers within wrappers are opened five times", () => {
    const wrap = (depth: number): object =>
      depth === 0 ? { conversation: "oi" } : { ephemeralMessage: { message: wrap(depth - 1) } };
    expect(eventsOf(upsert(wrap(5)))[0]).toHaveProperty("text", "oi");
    const deep = `${'{"ephemeralMessage":{"message":'.repeat(5_000)}{}${"}}".repeat(5_000)}`;
    const body = JSON.stringify(upsert("POISON")).replace('"POISON"', deep);
    expect(eventsOf(body)[0]).toHaveProperty("content.type", "unsupported");
  });

  test("a name that means something to JavaScript is no kind of message", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const body = JSON.stringify(upsert("POISON")).replace('"POISON"', `{"${name}":{"a":1}}`);
      expect(eventsOf(body)).toHaveLength(1);
      const data = { keyId: "A1", fromMe: true, status: name };
      expect(eventsOf(envelope("messages.update", INSTANCE, data))[0]).toHaveProperty(
        "kind",
        "unsupported",
      );
      expect(
        eventsOf(envelope("connection.update", INSTANCE, { state: name, statusReason: 1 }))[0],
      ).toHaveProperty("kind", "unsupported");
      expect(eventsOf({ event: name, instance: INSTANCE })[0]).toHaveProperty(
        "kind",
        "unsupported",
      );
    }
  });

  test("a card of many megabytes is read in no time and cut", () => {
    const vcard = `BEGIN:VCARD\n${"TEL;waid=5541988887766:+5541988887766\n".repeat(100_000)}`;
    const [event] = eventsOf(upsert({ contactMessage: { displayName: "A", vcard } }));
    expect(event).toHaveProperty("content.cards.0.phones.length", 20);
  });

  test("what stands far down in a card is not read", () => {
    const vcard = `BEGIN:VCARD\n${"X-A:b\n".repeat(10_000)}FN:Ana`;
    const [event] = eventsOf(upsert({ contactMessage: { vcard } }));
    expect(event).toHaveProperty("content.cards", [{ phones: [] }]);
  });

  test("the answers of a form are made fit for every store", () => {
    const paramsJson = `{"a":${nested(10_000)},"b\\u0000":"c\\ud800","__proto__":{"d":1}}`;
    const nativeFlowResponseMessage = { name: "flow", paramsJson };
    const [event] = eventsOf(upsert({ interactiveResponseMessage: { nativeFlowResponseMessage } }));
    expect(JSON.stringify(event)).toContain(
      '"answers":{"a":[[[[[[[[[[[[[[[null]]]]]]]]]]]]]]],"b":"c\ufffd"}',
    );
  });

  test("any JSON as data never throws and gives an event for each item", () => {
    const events = ["messages.upsert", "messages.update", "messages.edited", "messages.delete"];
    const others = ["connection.update", "qrcode.updated", "status.instance", "error", "x"];
    fc.assert(
      fc.property(fc.constantFrom(...events, ...others), fc.jsonValue(), (event, data) => {
        const want = Array.isArray(data) ? data.length : 1;
        const found = eventsOf({ event, instance: INSTANCE, data });
        expect(found.length).toBeLessThanOrEqual(Math.max(want, 1));
      }),
      { seed: 7 },
    );
  });

  test("any JSON in any place of a message never throws", () => {
    const keys = [
      "conversation",
      "imageMessage",
      "locationMessage",
      "contactMessage",
      "contactsArrayMessage",
      "interactiveResponseMessage",
      "listResponseMessage",
      "pollUpdateMessage",
      "pollCreationMessage",
      "protocolMessage",
      "reactionMessage",
      "speechToText",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), fc.jsonValue(), (key, part, other) => {
        const data = { contextInfo: other, messageTimestamp: other, pushName: other };
        expect(eventsOf(upsert({ [key]: part, mediaUrl: other }, { data }))).toHaveLength(1);
      }),
      { seed: 7 },
    );
  });
});

describe("settings that change what is read", () => {
  const inGroup = upsert(
    { conversation: "oi" },
    { from: GROUP, key: { participant: "87341120956611@lid", participantAlt: FROM } },
  );

  test("a message in a group is read where groups are answered privately", () => {
    expect(eventsOf(inGroup, { groups: "private" })[0]).toHaveProperty("identities", [
      { kind: "phone", value: "5521987650011" },
      { kind: "lid", value: "87341120956611" },
    ]);
  });

  test("what we write in a group is no answer to anybody", () => {
    const own = upsert(
      { conversation: "oi" },
      { from: GROUP, key: { participant: FROM, fromMe: true } },
    );
    expect(eventsOf(own, { groups: "private" })[0]).toHaveProperty("kind", "unsupported");
  });

  test("a sticker is read where stickers are answered", () => {
    const sticker = upsert({ stickerMessage: { mimetype: "image/webp", isAnimated: true } });
    expect(eventsOf(sticker, { stickers: "answer" })[0]).toHaveProperty("content", {
      type: "media",
      media: "sticker",
      mimeType: "image/webp",
      animated: true,
    });
  });

  test("an answer from the phone pauses as long as is set, or never", () => {
    const own = upsert({ conversation: "Já te ajudo" }, { key: { fromMe: true } });
    expect(eventsOf(own, { takeover_pause_ms: 60_000 })[0]).toHaveProperty("pauseMs", 60_000);
    expect(eventsOf(own, { takeover_pause_ms: 0 })[0]).toHaveProperty("kind", "unsupported");
  });

  test.each([
    { codes: "seed", want: ["failed", undefined, "delivered", "read", "read", "read", undefined] },
    {
      codes: "baileys",
      want: ["failed", undefined, "sent", "delivered", "read", "read", undefined],
    },
  ])("numbers 0 to 6 in the table $codes", ({ codes, want }) => {
    const updates = want.map((_, status) => ({ key: { id: `A${status}` }, update: { status } }));
    const texts = updates.map(({ key, update }) => ({
      key,
      update: { status: String(update.status) },
    }));
    for (const data of [updates, texts]) {
      const events = eventsOf(
        { event: "messages.update", instance: INSTANCE, data },
        { status_codes: codes },
      );
      expect(events.map((event) => (event.kind === "status" ? event.status : undefined))).toEqual(
        want,
      );
    }
  });

  test.each(["seed", "baileys"])("words mean the same in the table %s", (codes) => {
    const data = { key: { id: "A1" }, update: { status: "SERVER_ACK" } };
    const body = { event: "messages.update", instance: INSTANCE, data };
    expect(eventsOf(body, { status_codes: codes })[0]).toHaveProperty("status", "sent");
  });

  test.each([
    { integration: "baileys", want: "unsupported" },
    { integration: "business", want: "status" },
  ])("a status marked as foreign is a $want on $integration", ({ integration, want }) => {
    const data = { keyId: "OUT1", fromMe: false, status: "READ" };
    const changes = { integrations: { [INSTANCE]: integration } };
    const [event] = eventsOf(envelope("messages.update", INSTANCE, data), changes);
    expect(event).toHaveProperty("kind", want);
  });

  test("the server's own row id is the message's only where nothing else is", () => {
    const idOf = (data: object) => {
      const [event] = eventsOf(envelope("messages.update", INSTANCE, { status: "READ", ...data }));
      return event?.kind === "status" ? event.externalId : undefined;
    };
    expect(idOf({ messageId: "row", id: "v1", key: { id: "nested" }, keyId: "v2" })).toBe("v2");
    expect(idOf({ messageId: "row", id: "v1", key: { id: "nested" } })).toBe("nested");
    expect(idOf({ messageId: "row", id: "v1" })).toBe("v1");
    expect(idOf({ messageId: "row" })).toBe("row");
    expect(idOf({})).toBeUndefined();
  });

  test("an edit within the update is no status either", () => {
    const data = { key: { id: "A1" }, update: { status: 2, message: { conversation: "novo" } } };
    const [event] = eventsOf({ event: "messages.update", instance: INSTANCE, data });
    expect(event).toHaveProperty("what", "status of an edit");
  });
});

describe("the time of what has none", () => {
  const update = envelope("messages.update", INSTANCE, { keyId: "A1", status: "READ" });
  const atOf = (
    changes: Readonly<Record<string, unknown>>,
    more: Parameters<typeof eventsOf>[2] = {},
    body: object = update,
  ) => {
    const [event] = eventsOf(body, changes, more);
    return event?.kind === "status" ? event.at : undefined;
  };

  test.each([
    { zone: "America/Sao_Paulo", want: "2026-11-20T14:32:07.418Z" },
    { zone: "UTC", want: "2026-11-20T11:32:07.418Z" },
    { zone: "Asia/Kolkata", want: "2026-11-20T06:02:07.418Z" },
  ])("is the server's wall clock in $zone", ({ zone, want }) => {
    expect(atOf({ server_time_zone: zone })).toBe(want);
  });

  test("is right on both sides of a change of clocks", () => {
    const on = (wall: string) =>
      atOf({ server_time_zone: "Europe/Lisbon" }, {}, { ...update, date_time: wall });
    expect(on("2026-10-25T00:30:00.000Z")).toBe("2026-10-24T23:30:00.000Z");
    expect(on("2026-10-25T03:30:00.000Z")).toBe("2026-10-25T03:30:00.000Z");
  });

  test("is right where the zone was still another one when UTC showed that time", () => {
    const wall = { ...update, date_time: "2026-11-01T03:00:00.000Z" };
    expect(atOf({ server_time_zone: "America/New_York" }, {}, wall)).toBe(
      "2026-11-01T08:00:00.000Z",
    );
  });

  test("is that of a header or a token where there is one", async () => {
    const stamp = { "x-webhook-secret": SECRET, "x-timestamp": "1795185126000" };
    expect(atOf({}, { headers: stamp })).toBe("2026-11-20T14:32:06.000Z");
    const token = await signToken(SECRET, { now: new Date("2026-11-20T14:00:00.000Z") });
    const headers = { "x-webhook-secret": SECRET, authorization: `Bearer ${token}` };
    expect(atOf({}, { headers, isAuthenticated: true })).toBe("2026-11-20T14:00:00.000Z");
    // A token that nobody vouched for tells nothing.
    expect(atOf({}, { headers })).toBe("2026-11-20T14:32:07.418Z");
  });

  test.each(["nonsense", 7, null, "0001-01-01T00:00:00.000Z"])("is none in %j", (wall) => {
    expect(atOf({}, {}, { ...update, date_time: wall })).toBe("1970-01-01T00:00:00.000Z");
  });
});

describe("old messages", () => {
  const old = upsert({ conversation: "oi" }, { timestamp: 1_795_185_126 - 3_600 });
  const headers = { "x-webhook-secret": SECRET, "x-timestamp": "1795185126000" };
  const kindOf = (changes: object, more: object) =>
    eventsOf(old, { ...changes }, { ...more })[0]?.kind;

  test("are put aside where that is set and the webhook says when it was made", () => {
    expect(kindOf({ max_age_ms: 600_000 }, { headers })).toBe("unsupported");
    expect(kindOf({ max_age_ms: 4_000_000 }, { headers })).toBe("message");
  });

  test("are answered where it is not set or nobody can tell", () => {
    expect(kindOf({}, { headers })).toBe("message");
    expect(kindOf({ max_age_ms: 600_000 }, {})).toBe("message");
  });

  test("are read again from what was stored", () => {
    const again = channelWith({ max_age_ms: 600_000 }).reread(Buffer.from(JSON.stringify(old)));
    expect(again).toHaveProperty("events.0.kind", "message");
  });
});
