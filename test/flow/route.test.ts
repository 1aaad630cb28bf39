import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Channel } from "../../src/channels/channel.ts";
import type { Database } from "../../src/db/driver.ts";
import { enqueue, type SendFacts } from "../../src/db/outbound.ts";
import { recordOutcomes } from "../../src/db/outbox.ts";
import { listRouteSteps } from "../../src/db/substitutes.ts";
import { createFallBack } from "../../src/flow/fallback.ts";
import type { ResolveTemplate } from "../../src/flow/resolve-template.ts";
import type { RouteRung } from "../../src/send-content.ts";
import type { SendFailure } from "../../src/send-failure.ts";
import { arriveOn } from "../campaigns/arrive-on.ts";
import { sendChannels } from "../campaigns/send-channels.ts";
import { listQuickest } from "../database.ts";
import { outgoing } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { recordingObserver } from "./scene.ts";

const PHONE = "5561991112222";
const DEAD: SendFailure = { class: "drop" };
const CLOSED: SendFailure = { class: "drop", windowClosed: true };
const CAMPAIGN = "00000000-0000-7000-8000-000000000001";
const RECIPIENT = "00000000-0000-7000-8000-000000000002";

const resolveTemplate: ResolveTemplate = (_channel, request) =>
  Promise.resolve(
    request.name === "gone"
      ? { kind: "refused", problems: ["It was paused."] }
      : {
          kind: "ok",
          request,
          category: request.name === "promo" ? "MARKETING" : "UTILITY",
          warnings: [],
        },
  );

describe.each(await listQuickest())("a route on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  function setUp(
    routes: Readonly<Record<string, string>> = {},
    channels: ReadonlyMap<string, { readonly channel: Channel }> = sendChannels(),
  ) {
    const observer = recordingObserver();
    const work: string[] = [];
    const onWork = () => work.push("woken");
    const fallBack = createFallBack({ db, channels, routes, resolveTemplate, observer, onWork });
    return { fallBack, observer, work };
  }

  /** A message with a route that failed, by its first part where there are several. */
  async function failedMessage(
    route: readonly RouteRung[] | undefined,
    { texts = ["Olá"], facts = {} }: { texts?: readonly string[]; facts?: SendFacts } = {},
  ) {
    const { conversationId, contactId } = await arriveOn(db, "whatsapp", {
      account: "111",
      phone: PHONE,
    });
    const address = { account: "111", identities: [{ kind: "phone", value: PHONE }] } as const;
    const target = { conversationId, contactId, channel: "whatsapp", address };
    const rows = texts.map(outgoing);
    const all = { ...facts, ...(route !== undefined && { route }) };
    await enqueue(db, [{ target, rows, origin: "api", facts: all, isBulk: true }]);
    const [id = ""] = rows.map((row) => row.id);
    await fail(id);
    return id;
  }

  const fail = (messageId: string) =>
    recordOutcomes(db, [
      {
        messageId,
        outcome: "failed",
        externalId: null,
        error: { code: "131026", title: "no", reason: "channel_refused" },
        startedAt: null,
      },
    ]);

  const substitutes = () =>
    db.query(
      `select id::text, channel, account, text, status, bulk, template_name as template, route,
         campaign_id::text as campaign, recipient_id::text as recipient, correlation_id as correlation
       from messages where fallback_of is not null order by seq`,
    );

  const optOut = (channel: string, scope: string) =>
    db.query(
      `with someone as (select contact_id from contact_identities where channel = $1::text)
       insert into opt_outs (id, contact_id, channel, account, scope, method)
       select gen_random_uuid(), contact_id, $1::text, $3::text, $2::text, 'command' from someone`,
      [channel, scope, channel === "sms" ? "+5511000000000" : "333"],
    );

  test("is followed step by step, each message superseded by the next and the last one's the outcome", async () => {
    const route: RouteRung[] = [
      { channel: "second", template: { name: "aviso", language: "pt_BR" } },
      { channel: "sms", text: "curto", to: "+5561993334444" },
    ];
    const facts = { campaignId: CAMPAIGN, recipientId: RECIPIENT, correlationId: "order 7" };
    const first = await failedMessage(route, { facts });
    const { fallBack, observer, work } = setUp();
    await fallBack(first, DEAD);
    const same = { campaign: CAMPAIGN, recipient: RECIPIENT, correlation: "order 7", bulk: true };
    const [second, ...none] = await substitutes();
    expect(none).toEqual([]);
    expect(second).toMatchObject({ ...same, channel: "second", account: "333", template: "aviso" });
    expect(second?.["route"]).toEqual([route[1]]);
    const secondId = String(second?.["id"]);
    await fail(secondId);
    await fallBack(secondId, DEAD);
    const [, third] = await substitutes();
    expect(third).toMatchObject({ ...same, channel: "sms", text: "curto", route: [] });
    const superseded = await db.query(
      "select superseded from messages where direction = 'out' order by seq",
    );
    expect(superseded.map((row) => row["superseded"])).toEqual([true, true, false]);
    const steps = [
      { channel: "whatsapp", status: "failed" },
      { channel: "second", status: "failed" },
      { channel: "sms", status: "queued" },
    ];
    for (const id of [first, secondId, String(third?.["id"])])
      expect(await listRouteSteps(db, id)).toMatchObject(steps);
    expect(observer.lines).toEqual(["fellBack whatsapp second", "fellBack second sms"]);
    expect(work).toHaveLength(2);
  });

  test("the number of a step is the person's there", async () => {
    const id = await failedMessage([{ channel: "sms", text: "oi", to: "+5561993334444" }]);
    await setUp().fallBack(id, DEAD);
    const [row] = await db.query("select value from contact_identities where channel = 'sms'");
    expect(row).toEqual({ value: "5561993334444" });
  });

  test("its end is the end: the settings are for messages that name none", async () => {
    const id = await failedMessage([]);
    const { fallBack } = setUp({ whatsapp: "sms" });
    await fallBack(id, DEAD);
    expect(await substitutes()).toEqual([]);
    const other = await failedMessage(undefined);
    await fallBack(other, DEAD);
    expect(await substitutes()).toMatchObject([{ channel: "sms", text: "Olá", route: null }]);
  });

  test.each<{ label: string; skipped: RouteRung; optedOut?: [string, string] }>([
    { label: "is configured no more", skipped: { channel: "gone", text: "oi" } },
    { label: "sends nothing", skipped: { channel: "rest", text: "oi" } },
    { label: "has not this account", skipped: { channel: "second", account: "9", text: "oi" } },
    { label: "has a number that is none", skipped: { channel: "second", to: "12", text: "oi" } },
    {
      label: "has nothing to say",
      skipped: { channel: "second", reply: { custom: { type: "x" } } },
    },
    {
      label: "has a template that is paused",
      skipped: { channel: "second", template: { name: "gone", language: "pt_BR" } },
    },
    {
      label: "the person has left",
      skipped: { channel: "second", text: "oi" },
      optedOut: ["second", "all"],
    },
    {
      label: "gets no promotions",
      skipped: { channel: "second", template: { name: "promo", language: "pt_BR" } },
      optedOut: ["second", "marketing"],
    },
  ])("a channel that $label is passed over", async ({ skipped, optedOut }) => {
    if (optedOut !== undefined) {
      await arriveOn(db, "second", { account: "333", phone: PHONE });
      await optOut(...optedOut);
    }
    const id = await failedMessage([skipped, { channel: "sms", text: "curto" }]);
    await setUp().fallBack(id, DEAD);
    expect(await substitutes()).toMatchObject([{ channel: "sms", text: "curto", route: [] }]);
  });

  test("who wants no promotions still gets what is none", async () => {
    await arriveOn(db, "second", { account: "333", phone: PHONE });
    await optOut("second", "marketing");
    const id = await failedMessage([{ channel: "second", text: "oi" }]);
    await setUp().fallBack(id, DEAD);
    expect(await substitutes()).toMatchObject([{ channel: "second" }]);
  });

  test("a closed window is answered by a template or a channel without a window, not by another text", async () => {
    const route: RouteRung[] = [
      { channel: "second", text: "oi" },
      { channel: "second", template: { name: "aviso", language: "pt_BR" } },
    ];
    const id = await failedMessage(route);
    await setUp().fallBack(id, CLOSED);
    expect(await substitutes()).toMatchObject([{ channel: "second", template: "aviso" }]);
    const other = await failedMessage([{ channel: "second", text: "oi" }, { channel: "sms" }]);
    await setUp().fallBack(other, CLOSED);
    expect(await substitutes()).toMatchObject([{}, { channel: "sms", text: "Olá" }]);
  });

  test("a template may go to the same conversation whose window is closed", async () => {
    const route = [{ channel: "whatsapp", template: { name: "aviso", language: "pt_BR" } }];
    const id = await failedMessage(route);
    await setUp().fallBack(id, CLOSED);
    const talks = await db.query(
      "select distinct conversation_id from messages where direction = 'out'",
    );
    expect([talks.length, await substitutes()]).toMatchObject([1, [{ template: "aviso" }]]);
  });

  test("is not followed after a try that may have arrived, unless the provider knows repetitions", async () => {
    const id = await failedMessage([{ channel: "sms", text: "curto" }]);
    await db.query(
      "update messages set uncertain_at = now(), attempts = 2 where id = $1::text::uuid",
      [id],
    );
    await setUp().fallBack(id, DEAD);
    expect(await substitutes()).toEqual([]);
    const repeating = sendChannels();
    const whatsapp = repeating.get("whatsapp");
    if (whatsapp === undefined) throw new Error("there is no such channel");
    repeating.set("whatsapp", { channel: { ...whatsapp.channel, reconciliation: "repeat" } });
    await setUp({}, repeating).fallBack(id, DEAD);
    expect(await substitutes()).toHaveLength(1);
  });

  test("is followed after an only try whose fate was told later", async () => {
    const id = await failedMessage([{ channel: "sms", text: "curto" }]);
    await db.query(
      "update messages set uncertain_at = now(), attempts = 1 where id = $1::text::uuid",
      [id],
    );
    await setUp().fallBack(id, DEAD);
    expect(await substitutes()).toHaveLength(1);
  });

  test("takes over with all parts that have not arrived, which are sent no more", async () => {
    const texts = ["um", "dois", "três"];
    const id = await failedMessage([{ channel: "sms" }], { texts });
    await db.query("update messages set status = 'delivered' where text = 'dois'");
    const { fallBack } = setUp({ whatsapp: "sms" });
    await fallBack(id, DEAD);
    expect((await substitutes()).map((row) => row["text"])).toEqual(["um\n\ntrês"]);
    const [third] = await db.query("select id::text from messages where text = 'três'");
    await fallBack(String(third?.["id"]), DEAD);
    expect(await substitutes()).toHaveLength(1);
    const rows = await db.query(
      "select text, status, superseded from messages where channel = 'whatsapp' and direction = 'out' order by seq",
    );
    expect(rows).toEqual([
      { text: "um", status: "failed", superseded: true },
      { text: "dois", status: "delivered", superseded: false },
      { text: "três", status: "failed", superseded: true },
    ]);
  });

  test("a later part that alone failed is replaced by a part of the same request", async () => {
    const id = await failedMessage(undefined, { texts: ["um", "dois"] });
    await db.query("update messages set status = 'delivered' where text = 'um'");
    const [second] = await db.query("select id::text from messages where text = 'dois'");
    await fail(String(second?.["id"]));
    await setUp({ whatsapp: "sms" }).fallBack(String(second?.["id"]), DEAD);
    expect((await substitutes()).map((row) => row["text"])).toEqual(["dois"]);
    expect(
      await db.query("select part_of::text from messages where fallback_of is not null"),
    ).toEqual([{ part_of: id }]);
  });

  test("a route that nobody can read is no route", async () => {
    const id = await failedMessage([{ channel: "sms", text: "curto" }]);
    await db.query(`update messages set route = '[{"chanel": 5}]' where id = $1::text::uuid`, [id]);
    await setUp().fallBack(id, DEAD);
    expect(await substitutes()).toEqual([]);
  });
});
