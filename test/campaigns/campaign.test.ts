import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { changeState, resumeCampaign } from "../../src/db/campaign-life.ts";
import { resolveContacts } from "../../src/db/contacts.ts";
import type { Database } from "../../src/db/driver.ts";
import { optOut } from "../../src/db/opt-outs.ts";
import { HttpFailure } from "../../src/transport.ts";
import { listQuickest } from "../database.ts";
import { pause } from "../flow/scene.ts";
import { until } from "../until.ts";
import { arriveOn } from "./arrive-on.ts";
import {
  ACCOUNTS,
  addRecipients,
  addsUp,
  CHANNEL,
  createProcess,
  createProvider,
  figuresOf,
  makeCampaign,
  mostOften,
  phoneOf,
  stateOf,
} from "./scene.ts";
import { emptyDatabase } from "../db/empty.ts";

const WHY = { actor: "test" };

describe.each(await listQuickest())("campaigns on $label", ({ label, open }) => {
  let db: Database;
  const processes: ReturnType<typeof createProcess>[] = [];
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((one) => one.stop()));
  });

  function run(
    provider: ReturnType<typeof createProvider>,
    options: Parameters<typeof createProcess>[2] = {},
  ) {
    const made = createProcess(db, provider, options);
    processes.push(made);
    made.start();
    return made;
  }

  const isIn = (id: string, state: string) => async () => (await stateOf(db, id)).state === state;

  const contactOf = async (n: number): Promise<string> => {
    const identities = [{ kind: "phone", value: phoneOf(n) }] as const;
    const [id = ""] = await resolveContacts(db, [{ channel: CHANNEL, identities }]);
    return id;
  };

  test("two processes send to every recipient once, and the campaign ends", async () => {
    const count = label === "postgres" ? 2_000 : 300;
    const provider = createProvider();
    const campaign = await makeCampaign(db);
    await addRecipients(db, campaign.id, count);
    const starts = await Promise.all([
      changeState(db, campaign.id, "start", WHY),
      changeState(db, campaign.id, "start", WHY),
    ]);
    run(provider);
    run(provider);
    await until(isIn(campaign.id, "done"));

    expect(starts.filter((one) => one !== undefined)).toHaveLength(1);
    expect(new Set(provider.asked.map(({ to }) => to)).size).toBe(count);
    expect(provider.asked).toHaveLength(count);
    const figures = await figuresOf(db, campaign.id);
    expect(figures).toMatchObject({ audience: count, sent: count, queued: 0 });
    expect(addsUp(figures)).toBe(true);
  });

  test("a paused campaign takes back what waits, sends nothing more, and goes on where it was", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { ratePerSecond: 50 });
    await addRecipients(db, campaign.id, 60);
    await changeState(db, campaign.id, "start", WHY);
    run(provider);
    await until(() => provider.taken.length > 5);
    await changeState(db, campaign.id, "pause", { ...WHY, detail: { reason: "operator" } });
    await until(async () => {
      const [row] = await db.query(
        "select count(*)::int as n from messages where status in ('queued', 'sending')",
      );
      return row?.["n"] === 0;
    });
    const before = provider.asked.length;
    expect(before).toBeLessThan(60);
    expect(await figuresOf(db, campaign.id)).toMatchObject({ sent: before, queued: 60 - before });
    await pause(300);
    expect(provider.asked).toHaveLength(before);
    await resumeCampaign(db, campaign.id, WHY);
    await until(isIn(campaign.id, "done"));
    expect(provider.asked).toHaveLength(60);
    expect(mostOften(provider.asked)).toBe(1);
  });

  test("a cancelled campaign leaves out who was not sent to", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { ratePerSecond: 20 });
    await addRecipients(db, campaign.id, 50);
    await changeState(db, campaign.id, "start", WHY);
    run(provider);
    await until(() => provider.taken.length > 3);
    await changeState(db, campaign.id, "cancel", WHY);
    // A look takes all of it back; a second one what was just about to be sent.
    await until(async () => (await figuresOf(db, campaign.id)).queued === 0);
    const figures = await figuresOf(db, campaign.id);
    expect(figures.sent + figures.skipped).toBe(50);
    expect(figures.sent).toBe(provider.taken.length);
  });

  test("a dead token pauses the campaign; nothing is lost, and with a new one everybody is sent to once", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { ratePerSecond: 100 });
    await addRecipients(db, campaign.id, 40);
    await changeState(db, campaign.id, "start", WHY);
    provider.script.answer = (_send, count) =>
      count > 10 ? { status: 401, code: 190 } : undefined;
    const first = run(provider);
    await until(isIn(campaign.id, "paused"));
    await until(async () => (await figuresOf(db, campaign.id)).failed === 0);
    expect(await stateOf(db, campaign.id)).toEqual({ state: "paused", reason: "provider_alert" });
    expect(provider.taken).toHaveLength(10);
    await first.stop();

    provider.script.answer = () => undefined;
    await resumeCampaign(db, campaign.id, WHY);
    run(provider);
    await until(isIn(campaign.id, "done"));
    expect(provider.taken).toHaveLength(40);
    expect(mostOften(provider.taken)).toBe(1);
  });

  test("a storm of 429 costs nobody a message and nobody two", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db);
    await addRecipients(db, campaign.id, 30);
    await changeState(db, campaign.id, "start", WHY);
    provider.script.answer = (_send, count) =>
      count > 5 && count <= 12 ? { status: 429, code: 130429 } : undefined;
    run(provider);
    await until(isIn(campaign.id, "done"));
    expect(provider.taken).toHaveLength(30);
    expect(mostOften(provider.taken)).toBe(1);
    expect(await figuresOf(db, campaign.id)).toMatchObject({ sent: 30, failed: 0 });
  });

  test("a send of unknown outcome is never made again, whatever the policy for replies", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { guard: { error_rate: 1, sample: 100 } });
    await addRecipients(db, campaign.id, 5);
    await changeState(db, campaign.id, "start", WHY);
    provider.script.answer = ({ to }) =>
      to === phoneOf(2) ? new HttpFailure("timeout", "unknown") : undefined;
    run(provider, { uncertainWaitMs: 50 });
    await until(isIn(campaign.id, "done"));
    expect(provider.asked).toHaveLength(5);
    const figures = await figuresOf(db, campaign.id);
    expect(figures).toMatchObject({ sent: 4, uncertain: 1, failed: 0 });
    expect(addsUp(figures)).toBe(true);
  });

  test("who leaves between release and sending is not sent to", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { category: "MARKETING" });
    await addRecipients(db, campaign.id, 3);
    await changeState(db, campaign.id, "start", WHY);
    const idle = createProcess(db, provider);
    idle.campaigns.start();
    await until(async () => (await db.query("select 1 from messages")).length === 3);
    await idle.campaigns.stop();
    const where = { channel: CHANNEL, account: ACCOUNTS[0], method: "command" };
    await optOut(db, { ...where, contactId: await contactOf(0), scope: "all" });
    await optOut(db, { ...where, contactId: await contactOf(1), scope: "marketing" });
    run(provider);
    await until(isIn(campaign.id, "done"));
    expect(provider.asked.map(({ to }) => to)).toEqual([phoneOf(2)]);
    expect(await figuresOf(db, campaign.id)).toMatchObject({ sent: 1, skipped: 2, failed: 0 });
  });

  test("who cannot be written to is left out with a reason, and nobody else is held up", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { values: {} });
    await addRecipients(db, campaign.id, 1, 0, { params: { nome: "Ana" } });
    await addRecipients(db, campaign.id, 1, 1);
    await addRecipients(db, campaign.id, 1, 2, { params: { nome: "  " } });
    await addRecipients(db, campaign.id, 1, 3, { params: { nome: "Rui" } });
    const out = { channel: CHANNEL, account: ACCOUNTS[0], method: "api", scope: "all" } as const;
    await optOut(db, { ...out, contactId: await contactOf(3) });
    await changeState(db, campaign.id, "start", WHY);
    run(provider);
    await until(isIn(campaign.id, "done"));
    expect(provider.asked.map(({ to }) => to)).toEqual([phoneOf(0)]);
    expect(provider.asked[0]?.body).toContain("Ana");
    const rows = await db.query(
      "select skip_reason from campaign_recipients where state = 'skipped' order by place",
    );
    expect(rows.map((row) => row["skip_reason"])).toEqual([
      "missing_values",
      "missing_values",
      "opted_out",
    ]);
  });

  test("recipients added while it runs are sent to as well", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { ratePerSecond: 30 });
    await addRecipients(db, campaign.id, 30);
    await changeState(db, campaign.id, "start", WHY);
    run(provider);
    await until(() => provider.taken.length > 2);
    await addRecipients(db, campaign.id, 10, 100);
    await until(isIn(campaign.id, "done"));
    expect(provider.asked).toHaveLength(40);
    expect(mostOften(provider.asked)).toBe(1);
  });

  test("a template that is disabled half-way pauses the campaign", async () => {
    const provider = createProvider();
    await db.query(
      `insert into templates (id, channel, name, language, status, components) values
       (gen_random_uuid(), $1::text, 'aviso', 'pt_BR', 'APPROVED', '[{"type":"BODY","text":"Oi {{1}}"}]')`,
      [CHANNEL],
    );
    const campaign = await makeCampaign(db, { ratePerSecond: 30 });
    await addRecipients(db, campaign.id, 60);
    await changeState(db, campaign.id, "start", WHY);
    run(provider);
    await until(() => provider.taken.length > 2);
    await db.query("update templates set status = 'PAUSED'");
    await until(isIn(campaign.id, "paused"));
    expect((await stateOf(db, campaign.id)).reason).toBe("template_unusable");
    const rows = await db.query("select 1 from campaign_recipients where state = 'skipped'");
    expect(rows).toEqual([]);
  });

  test("too many failures pause it", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { guard: { error_rate: 0.5, sample: 10 } });
    await addRecipients(db, campaign.id, 12);
    await changeState(db, campaign.id, "start", WHY);
    provider.script.answer = () => ({ status: 400, code: 131026 });
    // The rest of the list comes after the first failures.
    run(provider);
    await addRecipients(db, campaign.id, 3, 500);
    await until(async () => (await stateOf(db, campaign.id)).state !== "running");
    expect(await stateOf(db, campaign.id)).toEqual({ state: "paused", reason: "error_rate" });
  });

  test("a reply is noted once", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db);
    await addRecipients(db, campaign.id, 2);
    await changeState(db, campaign.id, "start", WHY);
    run(provider);
    await until(isIn(campaign.id, "done"));
    await arriveOn(db, CHANNEL, { account: ACCOUNTS[0], phone: phoneOf(1) });
    const [first] = await db.query(
      "select replied_at::text as at from campaign_recipients where replied_at is not null",
    );
    await arriveOn(db, CHANNEL, { account: ACCOUNTS[0], phone: phoneOf(1) });
    const again = await db.query(
      "select replied_at::text as at from campaign_recipients where replied_at is not null",
    );
    expect(again).toEqual([first]);
    expect((await figuresOf(db, campaign.id)).replied).toBe(1);
  });

  test("each person hears from the account they know, and nobody from one that is disconnected", async () => {
    const provider = createProvider();
    await arriveOn(db, CHANNEL, { account: ACCOUNTS[1], phone: phoneOf(0) });
    await arriveOn(db, CHANNEL, { account: ACCOUNTS[0], phone: phoneOf(1) });
    const campaign = await makeCampaign(db, { accounts: ACCOUNTS });
    await addRecipients(db, campaign.id, 20);
    await changeState(db, campaign.id, "start", WHY);
    run(provider);
    await until(isIn(campaign.id, "done"));
    const accountOf = (n: number) => provider.taken.find(({ to }) => to === phoneOf(n))?.account;
    expect([accountOf(0), accountOf(1)]).toEqual([ACCOUNTS[1], ACCOUNTS[0]]);
    expect(new Set(provider.taken.map(({ account }) => account)).size).toBe(2);

    await db.query(
      "insert into account_states (channel, account, state) values ($1::text, $2::text, 'disconnected')",
      [CHANNEL, ACCOUNTS[0]],
    );
    const second = await makeCampaign(db, { accounts: ACCOUNTS });
    await addRecipients(db, second.id, 5, 1);
    await changeState(db, second.id, "start", WHY);
    const before = provider.taken.length;
    await until(isIn(second.id, "done"));
    expect(new Set(provider.taken.slice(before).map(({ account }) => account))).toEqual(
      new Set([ACCOUNTS[1]]),
    );
  });

  test("it is never faster than its rate", async () => {
    const provider = createProvider();
    const campaign = await makeCampaign(db, { ratePerSecond: 20 });
    await addRecipients(db, campaign.id, 40);
    await changeState(db, campaign.id, "start", WHY);
    const startedAt = performance.now();
    run(provider);
    await until(isIn(campaign.id, "done"));
    // Half a second's messages may go at once.
    expect(performance.now() - startedAt).toBeGreaterThan(((40 - 10) / 20) * 1_000 - 100);
  });

  test("outside of its hours it rests", async () => {
    const provider = createProvider();
    const hours = {
      from: "09:00",
      to: "18:00",
      time_zone: "America/Sao_Paulo",
      days: [1, 2, 3, 4, 5],
    };
    const campaign = await makeCampaign(db, { hours });
    await addRecipients(db, campaign.id, 3);
    await changeState(db, campaign.id, "start", WHY);
    const clock = { now: new Date("2026-11-21T15:00:00Z") };
    let looks = 0;
    const now = (): Date => {
      looks += 1;
      return clock.now;
    };
    run(provider, { now });
    await until(() => looks > 20);
    expect(provider.asked).toEqual([]);
    clock.now = new Date("2026-11-23T15:00:00Z");
    await until(isIn(campaign.id, "done"));
    expect(provider.asked).toHaveLength(3);
  });

  test("a scheduled campaign begins when its time has come", async () => {
    const provider = createProvider();
    const startAt = new Date(Date.now() + 1_500).toISOString();
    const campaign = await makeCampaign(db, { startAt });
    await addRecipients(db, campaign.id, 2);
    expect(await changeState(db, campaign.id, "start", WHY)).toBeUndefined();
    expect((await changeState(db, campaign.id, "schedule", WHY))?.state).toBe("scheduled");
    run(provider);
    await until(isIn(campaign.id, "done"));
    expect(provider.asked).toHaveLength(2);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(startAt));
  });
});
