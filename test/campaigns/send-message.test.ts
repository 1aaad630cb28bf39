import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createSender, type SendRequest } from "../../src/campaigns/send-message.ts";
import { UnsendableRequest } from "../../src/campaigns/unsendable.ts";
import type { Database } from "../../src/db/driver.ts";
import { optOut } from "../../src/db/opt-outs.ts";
import { BridgeError } from "../../src/errors.ts";
import type { ResolveTemplate } from "../../src/flow/resolve-template.ts";
import { listQuickest } from "../database.ts";
import { arriveOn } from "./arrive-on.ts";
import { sendChannels } from "./send-channels.ts";
import { emptyDatabase } from "../db/empty.ts";

const PHONE = "5561991112222";
const HOUR_MS = 3_600_000;
const TEMPLATE = { name: "aviso", language: "pt_BR", params: ["Ana"] } as const;

/** One template is known, which is a promotion; another is refused. */
const resolveTemplate: ResolveTemplate = (_channel, request) => {
  if (request.name === "gone")
    return Promise.resolve({ kind: "refused", problems: ["It is gone.", "It was paused."] });
  const category = request.name === "promo" ? "MARKETING" : "UTILITY";
  return Promise.resolve({ kind: "ok", request, category, warnings: [] });
};

const rowsOf = z.array(
  z.object({
    id: z.string(),
    channel: z.string(),
    account: z.string(),
    status: z.string(),
    origin: z.string(),
    text: z.string(),
    held: z.string().nullable(),
    bulk: z.boolean(),
    correlation: z.string().nullable(),
    template: z.string().nullable(),
    part: z.string().nullable(),
    route: z.unknown(),
    due: z.boolean(),
  }),
);

describe.each(await listQuickest())("sending to one person on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  function setUp() {
    const woken: string[] = [];
    const onWork = () => void woken.push("woken");
    const sender = createSender({ db, channels: sendChannels(), resolveTemplate, onWork });
    const ask = (changes: Partial<SendRequest> = {}): SendRequest => ({
      messageId: randomUUIDv7(),
      channel: "whatsapp",
      to: `+${PHONE}`,
      content: { template: TEMPLATE },
      ...changes,
    });
    return { ...sender, ask, woken };
  }

  const stored = async () =>
    rowsOf.parse(
      await db.query(
        `select m.id::text, m.channel, m.account, m.status, m.origin, m.text, m.held_for as held, m.bulk,
           m.correlation_id as correlation, m.template_name as template, m.part_of::text as part, m.route,
           c.due is not null as due
         from messages m join conversations c on c.id = m.conversation_id where m.direction = 'out' order by m.seq`,
      ),
    );

  /** What a request is refused with. */
  const refusal = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      if (error instanceof UnsendableRequest)
        return error.faults.map(({ path, detail }) => `${path.join(".")}: ${detail}`);
      if (error instanceof BridgeError) return error.code;
      throw error;
    }
    return "sent";
  };

  test("a template goes to somebody new, and the worker is woken", async () => {
    const { send, ask, woken } = setUp();
    const request = ask({ correlationId: "order 7", isBulk: true });
    const answer = await send(request);
    expect(answer).toMatchObject({ id: request.messageId, held: null, notes: [] });
    expect(await stored()).toEqual([
      {
        id: request.messageId,
        channel: "whatsapp",
        account: "111",
        status: "queued",
        origin: "api",
        text: "aviso: Ana",
        held: null,
        bulk: true,
        correlation: "order 7",
        template: "aviso",
        part: null,
        route: null,
        due: true,
      },
    ]);
    expect(woken).toEqual(["woken"]);
  });

  test("the same request again is stored once and answered alike, whatever has changed since", async () => {
    const { send, ask } = setUp();
    const request = ask();
    const first = await send(request);
    await optOut(db, {
      contactId: first.contactId,
      channel: "whatsapp",
      account: "111",
      scope: "all",
      method: "command",
    });
    expect(await send(request)).toEqual(first);
    expect(await stored()).toHaveLength(1);
  });

  test("the same request twice at once is stored once", async () => {
    const { send, ask } = setUp();
    const request = ask();
    await Promise.all([send(request), send(request)]);
    expect(await stored()).toHaveLength(1);
  });

  test("a long text becomes parts of the first message, which alone has the route", async () => {
    const { send, ask } = setUp();
    await arriveOn(db, "whatsapp", { account: "111", phone: PHONE });
    const request = ask({
      content: { text: "palavra ".repeat(1_000) },
      route: [{ channel: "sms", text: "curto" }],
    });
    const { messageIds } = await send(request);
    const rows = await stored();
    expect(rows.map(({ id }) => id)).toEqual([...messageIds]);
    expect(rows.map(({ part }) => part)).toEqual([null, request.messageId]);
    expect(rows.map(({ route }) => route)).toEqual([[{ channel: "sms", text: "curto" }], null]);
  });

  test("somebody known is written to as the provider spells them, from the account they wrote to", async () => {
    const { prepare, ask } = setUp();
    // WhatsApp reports this mobile without its ninth digit.
    await arriveOn(db, "whatsapp", { account: "222", phone: "556191112222" });
    const prepared = await prepare(ask());
    expect(prepared.address).toEqual({
      account: "222",
      identities: [{ kind: "phone", value: "556191112222" }],
    });
    expect(JSON.stringify(prepared.rows[0]?.payload)).toContain("+556191112222");
  });

  test("an account that is named is used, also for somebody known from another", async () => {
    const { send, ask } = setUp();
    const arrived = await arriveOn(db, "whatsapp", { account: "222", phone: PHONE });
    const { contactId, conversationId } = await send(ask({ account: "111" }));
    expect(contactId).toBe(arrived.contactId);
    expect(conversationId).not.toBe(arrived.conversationId);
    expect((await stored()).map(({ account }) => account)).toEqual(["111"]);
  });

  test("a contact and a conversation are found by their ids", async () => {
    const { prepare, ask } = setUp();
    const { contactId, conversationId } = await arriveOn(db, "whatsapp", {
      account: "111",
      phone: PHONE,
    });
    for (const by of [{ contactId }, { conversationId }]) {
      const prepared = await prepare(ask({ to: undefined, ...by }));
      expect(prepared.known?.conversation?.id).toBe(conversationId);
    }
  });

  test.each<{ label: string; changes: Partial<SendRequest>; want: unknown }>([
    {
      label: "a number without a country code",
      changes: { to: "61991112222" },
      want: ["to: the number has no country code: write it as +5561991112222"],
    },
    {
      label: "a number that is none",
      changes: { to: "call me" },
      want: ["to: the number has no country code: write it as +5561991112222"],
    },
    {
      label: "an account that the channel has not",
      changes: { account: "999" },
      want: ["account: the channel whatsapp has no such account"],
    },
    { label: "a channel that is none", changes: { channel: "nope" }, want: "channel_unknown" },
    { label: "a channel of web clients", changes: { channel: "rest" }, want: "channel_unknown" },
    {
      label: "a conversation that is none",
      changes: { to: undefined, conversationId: randomUUIDv7() },
      want: "request_not_found",
    },
    {
      label: "a contact that is none",
      changes: { to: undefined, contactId: randomUUIDv7() },
      want: "request_not_found",
    },
    {
      label: "a template that cannot be sent, with each reason",
      changes: { content: { template: { name: "gone" } } },
      want: ["template: It is gone.", "template: It was paused."],
    },
    {
      label: "a template on a channel that has none",
      changes: { channel: "sms" },
      want: [
        "template: nothing of it can be sent",
        "template: A template cannot be a text message.",
      ],
    },
    {
      label: "a placeholder without a value",
      changes: { content: { text: "Olá, {{nome}} {{sobrenome}}" }, values: { nome: "Ana" } },
      want: ["text: there is no value for {{sobrenome}}"],
    },
    {
      label: "a reply of which nothing can be sent",
      changes: { content: { reply: { custom: { type: "unheard_of" } } } },
      want: [expect.stringContaining("reply: "), expect.stringContaining("reply: ")],
    },
    {
      label: "a time more than a year ahead",
      changes: { sendAt: "2099-01-01T00:00:00Z" },
      want: ["send_at: must not be more than a year ahead"],
    },
    {
      label: "a route over a channel that is none",
      changes: { route: [{ channel: "nope" }] },
      want: ["route.0.channel: there is no channel with this name to send on"],
    },
    {
      label: "a route that has nothing to say",
      changes: { route: [{ channel: "sms", text: "ok" }, { channel: "sms" }] },
      want: [
        "route.1.template: nothing of it can be sent",
        "route.1.template: A template cannot be a text message.",
      ],
    },
    {
      label: "a route to a number that is none",
      changes: { route: [{ channel: "sms", text: "ok", to: "12" }] },
      want: ["route.0.to: the number has no country code: write it as +5561991112222"],
    },
    {
      label: "a text to somebody who never wrote",
      changes: { content: { text: "oi" } },
      want: "channel_window_closed",
    },
  ])("$label is refused, and nothing is stored", async ({ changes, want }) => {
    const { send, ask, woken } = setUp();
    expect(await refusal(send(ask(changes)))).toEqual(want);
    expect(await stored()).toEqual([]);
    expect(await db.query("select 1 from contacts")).toEqual([]);
    expect(woken).toEqual([]);
  });

  test("a channel of somebody else's does not exist, nor does one in a route", async () => {
    const { send, ask } = setUp();
    expect(await refusal(send(ask(), ["sms"]))).toBe("channel_unknown");
    const route = [{ channel: "sms", text: "oi" }];
    expect(await refusal(send(ask({ route }), ["whatsapp"]))).toEqual([
      "route.0.channel: there is no channel with this name to send on",
    ]);
    expect(await refusal(send(ask({ route }), ["whatsapp", "sms"]))).toBe("sent");
  });

  test.each<{ label: string; scope: "all" | "marketing"; name: string; want: string }>([
    { label: "no messages", scope: "all", name: "aviso", want: "channel_opted_out" },
    { label: "no promotions", scope: "marketing", name: "promo", want: "channel_opted_out" },
    { label: "no promotions, but news", scope: "marketing", name: "aviso", want: "sent" },
  ])("who wants $label is left alone or not", async ({ scope, name, want }) => {
    const { send, ask } = setUp();
    const { contactId } = await arriveOn(db, "whatsapp", { account: "111", phone: PHONE });
    const pair = { contactId, channel: "whatsapp", account: "111" };
    await optOut(db, { ...pair, scope, method: "command" });
    const content = { template: { name, language: "pt_BR" } };
    expect(await refusal(send(ask({ content })))).toBe(want);
    expect(await refusal(send(ask({ content, account: "222" })))).toBe("sent");
  });

  describe("the customer-service window", () => {
    const text = { text: "Olá, {{nome}}" };
    const values = { nome: "Ana" };
    const quiet = (hours: number) =>
      arriveOn(db, "whatsapp", { account: "111", phone: PHONE, agoMs: hours * HOUR_MS });

    test.each([
      { label: "who wrote an hour ago gets a text", hours: 1, want: "sent" },
      {
        label: "who wrote a day and an hour ago gets none",
        hours: 25,
        want: "channel_window_closed",
      },
    ])("$label", async ({ hours, want }) => {
      const { send, ask } = setUp();
      await quiet(hours);
      expect(await refusal(send(ask({ content: text, values })))).toBe(want);
    });

    test("a provider that has said it is closed is believed", async () => {
      const { send, ask } = setUp();
      await quiet(1);
      await db.query("update conversations set window_closed_at = now()");
      expect(await refusal(send(ask({ content: text, values })))).toBe("channel_window_closed");
    });

    test("a message may wait for the person, and wakes nobody", async () => {
      const { send, ask, woken } = setUp();
      const { held, notes } = await send(ask({ content: text, values, outsideWindow: "wait" }));
      expect(held?.for).toBe("window");
      expect(notes.map(({ code }) => code)).toEqual(["window_wait"]);
      expect(await stored()).toMatchObject([{ held: "window", text: "Olá, Ana", due: false }]);
      expect(woken).toEqual([]);
      const [row] = await db.query(
        "select extract(epoch from held_until - now())::float8 / 86400 > 6.9 as long from messages",
      );
      expect(row).toEqual({ long: true });
    });

    test("a template may go out instead, under the same id and with the same values", async () => {
      const { send, ask } = setUp();
      const template = { name: "aviso", language: "pt_BR", params: ["{{nome}}"] };
      const request = ask({ content: text, values, outsideWindow: { template } });
      expect((await send(request)).notes.map(({ code }) => code)).toEqual(["window_template"]);
      expect(await stored()).toMatchObject([
        { id: request.messageId, text: "aviso: Ana", template: "aviso", held: null },
      ]);
    });

    test("while it is open, the text goes out and the template is kept for later", async () => {
      const { send, ask } = setUp();
      await quiet(1);
      await send(ask({ content: text, values, outsideWindow: { template: TEMPLATE } }));
      expect(await stored()).toMatchObject([{ text: "Olá, Ana", template: null }]);
      const [row] = await db.query(
        "select outside_window #>> '{instead,text}' as text from messages where direction = 'out'",
      );
      expect(row).toEqual({ text: "aviso: Ana" });
    });

    test("a route over a channel without a window takes over", async () => {
      const { send, ask } = setUp();
      const route = [{ channel: "sms" }];
      const { notes } = await send(ask({ content: text, values, route }));
      expect(notes.map(({ code }) => code)).toEqual(["window_route"]);
      expect(await stored()).toMatchObject([{ route: [{ channel: "sms", text: "Olá, Ana" }] }]);
      const windowed = [{ channel: "second" }];
      expect(await refusal(send(ask({ content: text, values, route: windowed })))).toBe(
        "channel_window_closed",
      );
    });

    test("a channel without a window takes a text for somebody new", async () => {
      const { send, ask } = setUp();
      await send(ask({ channel: "sms", content: text, values }));
      expect(await stored()).toMatchObject([{ channel: "sms", text: "Olá, Ana" }]);
    });
  });

  test("a message that is planned waits for its time, whatever the window is now", async () => {
    const { send, ask, woken } = setUp();
    const sendAt = new Date(Date.now() + HOUR_MS).toISOString();
    const { held } = await send(ask({ content: { text: "oi" }, sendAt }));
    expect(held).toEqual({ for: "schedule", until: sendAt });
    expect(await stored()).toMatchObject([{ held: "schedule", due: false }]);
    expect(woken).toEqual([]);
  });

  test("a time that is past is now", async () => {
    const { send, ask } = setUp();
    expect((await send(ask({ sendAt: "2020-01-01T00:00:00Z" }))).held).toBeNull();
  });

  test("preparing stores nothing", async () => {
    const { prepare, ask } = setUp();
    const prepared = await prepare(ask());
    expect(prepared).toMatchObject({ known: null, window: "closed", isBulk: false });
    expect(await db.query("select 1 from contacts union all select 1 from messages")).toEqual([]);
  });
});
