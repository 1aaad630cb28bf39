import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { enqueue } from "../../src/db/outbound.ts";
import { recordOutcomes } from "../../src/db/outbox.ts";
import { createFallBack } from "../../src/flow/fallback.ts";
import { takeAnyTemplate } from "../../src/flow/resolve-template.ts";
import type { SendFailure } from "../../src/send-failure.ts";
import { arrive, CHANNEL, outgoing, textMessage } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { openDatabase, plainChannel, recordingObserver } from "./scene.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

const PHONE = "5561991112222";
const DEAD: SendFailure = { class: "drop" };
const MENU = [{ title: "Sim", payload: "/sim" }];

function setUp(routes: Readonly<Record<string, string>> = { [CHANNEL]: "sms" }) {
  const observer = recordingObserver();
  const work: string[] = [];
  const sms = plainChannel({ accounts: ["+5511000000000"], typedChoices: true });
  const fallBack = createFallBack({
    db,
    channels: new Map([
      [CHANNEL, { channel: plainChannel() }],
      ["sms", { channel: sms }],
    ]),
    routes,
    resolveTemplate: takeAnyTemplate,
    observer,
    onWork: () => work.push("woken"),
  });
  return { fallBack, observer, work };
}

/** A message that is known to have failed. */
async function deadMessage(message = textMessage("wamid.1", "oi", PHONE)): Promise<string> {
  const [arrived] = await arrive(db, [message]);
  if (arrived === undefined) throw new Error("nothing arrived");
  const row = { ...outgoing("Você vem?\n1. Sim"), menu: MENU };
  const { conversationId, contactId } = arrived;
  const address = { account: message.account, identities: message.identities };
  const target = { conversationId, contactId, channel: CHANNEL, address };
  await enqueue(db, [{ target, rows: [row], origin: "push" }]);
  const error = { code: "131026", title: "no", reason: "channel_refused" };
  await recordOutcomes(db, [
    { messageId: row.id, outcome: "failed", externalId: null, error, startedAt: null },
  ]);
  return row.id;
}

const substitutes = () =>
  db.query(
    `select channel, account, text, origin, status, fallback_of::text as "of", content from messages
     where fallback_of is not null`,
  );

describe("a message that is known never to arrive", () => {
  test("is said on the next channel, choices included, and the operator is told", async () => {
    const id = await deadMessage();
    const { fallBack, observer, work } = setUp();
    await fallBack(id, DEAD);
    expect(await substitutes()).toEqual([
      {
        channel: "sms",
        account: "+5511000000000",
        text: "Você vem?\n1. Sim",
        origin: "fallback",
        status: "queued",
        of: id,
        content: { menu: MENU },
      },
    ]);
    expect(observer.lines).toEqual([`fellBack ${CHANNEL} sms`]);
    expect(work).toEqual(["woken"]);
    const talks = await db.query("select address, menu from conversations where channel = 'sms'");
    expect(talks).toEqual([
      {
        address: { account: "+5511000000000", identities: [{ kind: "phone", value: PHONE }] },
        menu: MENU,
      },
    ]);
  });

  test("has one substitute, however often its failure is told", async () => {
    const id = await deadMessage();
    const { fallBack, observer } = setUp();
    await fallBack(id, DEAD);
    await fallBack(id, DEAD);
    expect(await substitutes()).toHaveLength(1);
    expect(observer.lines).toHaveLength(1);
  });

  test.each<{ label: string; failure?: SendFailure; routes?: Record<string, string> }>([
    { label: "it may still be tried again", failure: { class: "retry" } },
    { label: "the provider is only busy", failure: { class: "throttle" } },
    { label: "our account is the trouble", failure: { class: "alert" } },
    { label: "the person wants no messages", failure: { class: "drop", optOut: "marketing" } },
    { label: "a template would arrive", failure: { class: "drop", windowClosed: true } },
    { label: "no route is set", routes: {} },
    { label: "the route leads nowhere", routes: { [CHANNEL]: "gone" } },
    { label: "the route is another channel's", routes: { other: "sms" } },
  ])("stays where it is when $label", async ({ failure = DEAD, routes }) => {
    const id = await deadMessage();
    const { fallBack } = routes === undefined ? setUp() : setUp(routes);
    await fallBack(id, failure);
    expect(await substitutes()).toEqual([]);
  });

  test("stays where it is when nobody knows the person's number", async () => {
    const identities = [{ kind: "bsuid", value: "BR.1" }] as const;
    const id = await deadMessage({ ...textMessage("wamid.1", "oi"), identities });
    await setUp().fallBack(id, DEAD);
    expect(await substitutes()).toEqual([]);
  });

  test("stays where it is when the person left the next channel", async () => {
    const id = await deadMessage();
    const { fallBack } = setUp();
    await fallBack(id, DEAD);
    await db.query(`insert into opt_outs (id, contact_id, channel, account, scope, method)
      select gen_random_uuid(), contact_id, channel, account, 'all', 'command' from conversations where channel = 'sms'`);
    const second = await deadMessage(textMessage("wamid.2", "oi", PHONE));
    await fallBack(second, DEAD);
    expect(await substitutes()).toHaveLength(1);
  });

  test("stays where it is when it did not fail after all", async () => {
    const id = await deadMessage();
    await db.query("update messages set status = 'delivered' where id::text = $1", [id]);
    await setUp().fallBack(id, DEAD);
    expect(await substitutes()).toEqual([]);
  });
});
