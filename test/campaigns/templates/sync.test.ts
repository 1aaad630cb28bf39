import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { keepSynced } from "../../../src/campaigns/templates/keep-synced.ts";
import { resolveTemplate } from "../../../src/campaigns/templates/resolve.ts";
import { type SyncResult, syncTemplates } from "../../../src/campaigns/templates/sync.ts";
import type { Database } from "../../../src/db/driver.ts";
import { applyTemplateNews } from "../../../src/db/template-news.ts";
import { markStale } from "../../../src/db/template-syncs.ts";
import { listQuickest } from "../../database.ts";
import { TRIAL_TEMPLATES } from "../../standins/trial-templates.ts";
import { ageSync, emptyTemplates, rowsOf, startScene, type TemplateScene } from "./scene.ts";

const ALL = TRIAL_TEMPLATES.length;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe.each(await listQuickest())("templates of a channel on $label", ({ open }) => {
  let db: Database;
  let scene: TemplateScene;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyTemplates(db);
    scene = await startScene(db);
  });
  afterEach(() => scene.close());

  const sync = (insist = true): Promise<SyncResult> =>
    syncTemplates(scene.deps, "whatsapp", { insist });
  const counts = async () => {
    const { kind, ...rest } = await sync();
    return kind === "synced" ? rest : kind;
  };
  const present = async () => {
    const rows = await db.query("select 1 from templates where gone_at is null");
    return rows.length;
  };

  test("every page is listed", async () => {
    expect(await counts()).toEqual({
      channel: "whatsapp",
      synced: ALL,
      added: ALL,
      changed: 0,
      gone: 0,
      isComplete: true,
    });
    expect(scene.shelf.calls).toHaveLength(2);
    expect(scene.shelf.refusals).toEqual([]);
    const [english, portuguese] = await rowsOf(db, "po_notification");
    expect(english).toMatchObject({
      language: "en",
      parameter_format: "named",
      status: "APPROVED",
    });
    expect(portuguese).toMatchObject({ language: "pt_BR", quality: "GREEN", gone_at: null });
  });

  test("again, nothing has changed; then only what did", async () => {
    await sync();
    const [before] = await rowsOf(db, "aviso_consulta");
    expect(await counts()).toMatchObject({ synced: ALL, added: 0, changed: 0, gone: 0 });
    const [same] = await rowsOf(db, "aviso_consulta");
    expect(same?.updated_at).toBe(before?.updated_at);

    const changed = scene.shelf.templates.find(({ name }) => name === "aviso_consulta");
    if (changed !== undefined) changed.status = "PAUSED";
    expect(await counts()).toMatchObject({ added: 0, changed: 1, gone: 0 });
    const [after] = await rowsOf(db, "aviso_consulta");
    expect(after).toMatchObject({ status: "PAUSED", id: before?.id });
  });

  test("what is listed no longer is gone, and comes back", async () => {
    await sync();
    const [removed] = scene.shelf.templates.splice(2, 1);
    expect(await counts()).toMatchObject({ gone: 1 });
    expect((await rowsOf(db, "aviso_consulta"))[0]?.gone_at).not.toBeNull();
    const request = { name: "aviso_consulta", params: ["a", "b"] };
    expect(await resolveTemplate(db, "whatsapp", request)).toMatchObject({ kind: "refused" });

    if (removed !== undefined) scene.shelf.templates.push(removed);
    expect(await counts()).toMatchObject({ added: 0, changed: 1, gone: 0 });
    expect((await rowsOf(db, "aviso_consulta"))[0]?.gone_at).toBeNull();
  });

  test("a listing that breaks off takes nothing for gone", async () => {
    await sync();
    scene.shelf.templates.splice(0, 100);
    scene.shelf.faults.push({ kind: "headers", headers: {} }, { kind: "reset" });
    // Two pages, of which the second never comes.
    scene.shelf.templates.push(...TRIAL_TEMPLATES.slice(0, 90));
    expect(await sync()).toMatchObject({ kind: "failed", error: { code: "channel_unavailable" } });
    expect(await present()).toBe(ALL);
  });

  test("an item that cannot be read takes nothing for gone", async () => {
    await sync();
    scene.shelf.templates.splice(0, 1);
    const [odd] = scene.shelf.templates;
    if (odd !== undefined) odd.status = "no word of theirs!";
    expect(await counts()).toMatchObject({ synced: ALL - 2, gone: 0, isComplete: false });
    expect(await present()).toBe(ALL);
  });

  test("one that is listed twice is one, as it was listed last", async () => {
    const [first] = scene.shelf.templates;
    if (first !== undefined)
      scene.shelf.templates.splice(1, 0, { ...first, id: "7", status: "PAUSED" });
    expect(await counts()).toMatchObject({ synced: ALL + 1, added: ALL });
    const rows = await rowsOf(db, "po_notification");
    expect(rows.find(({ language }) => language === "pt_BR")).toMatchObject({ external_id: "7" });
  });

  test("nobody insists: not twice in a minute", async () => {
    expect(await sync(false)).toMatchObject({ kind: "synced" });
    expect(await sync(false)).toMatchObject({ kind: "resting" });
    expect(await sync(true)).toMatchObject({ kind: "synced" });
    await ageSync(db, MINUTE + 1_000);
    expect(await sync(false)).toMatchObject({ kind: "synced" });
  });

  test.each([
    { label: "4", code: 4, status: 400, restMs: 5 * MINUTE },
    { label: "80007", code: 80007, status: 400, restMs: MINUTE },
  ])("after the refusal $label even those who insist wait", async ({ code, status, restMs }) => {
    scene.shelf.faults.push({ kind: "refuse", status, code });
    expect(await sync()).toMatchObject({ kind: "failed", error: { code: "channel_throttled" } });
    expect(await sync()).toMatchObject({ kind: "resting", why: expect.stringContaining("before") });
    expect(scene.shelf.calls).toHaveLength(1);
    await ageSync(db, restMs + 1_000);
    expect(await sync()).toMatchObject({ kind: "synced" });
  });

  test("a header that says that nearly all was used ends the listing, and nothing is gone", async () => {
    await sync();
    scene.shelf.templates.splice(110);
    const headers = { "x-business-use-case-usage": '{"9":[{"call_count":97}]}' };
    scene.shelf.faults.push({ kind: "headers", headers });
    expect(await counts()).toMatchObject({ synced: 100, gone: 0, isComplete: false });
    expect(await sync()).toMatchObject({ kind: "resting" });
    expect(await present()).toBe(ALL);
  });

  test("two at once are harmless", async () => {
    const results = await Promise.all([sync(), sync(), sync(false)]);
    expect(results.map(({ kind }) => kind)).not.toContain("failed");
    expect(await present()).toBe(ALL);
    expect(await counts()).toMatchObject({ added: 0, changed: 0, gone: 0 });
  });

  test("a list that never ends is broken off", async () => {
    const known = { data: [], paging: { cursors: { after: "same" }, next: "https://x" } };
    for (let page = 0; page < 3; page += 1)
      scene.shelf.faults.push({ kind: "raw", status: 200, body: JSON.stringify(known) });
    expect(await counts()).toMatchObject({ isComplete: false });
    expect(scene.shelf.calls).toHaveLength(2);
  });

  test("news that came while the list was read is newer than the list", async () => {
    await sync();
    const listed = scene.shelf.templates.find(({ name }) => name === "aviso_consulta");
    // The webhook arrives between the claim of the listing and its page.
    const { http } = scene.deps.tools;
    const late: typeof http = async (request, options) => {
      const answer = await http(request, options);
      // With the first page alone, on which the template stands.
      if (request.url.includes("after=")) return answer;
      await applyTemplateNews(db, [
        {
          channel: "whatsapp",
          at: "2026-11-21T10:00:00.000Z",
          externalId: listed?.id,
          name: "aviso_consulta",
          language: "pt_BR",
          status: "PAUSED",
          reason: undefined,
          quality: undefined,
          category: undefined,
          isStale: false,
        },
      ]);
      return answer;
    };
    const deps = { ...scene.deps, tools: { ...scene.deps.tools, http: late } };
    expect(await syncTemplates(deps, "whatsapp", { insist: true })).toMatchObject({ gone: 0 });
    expect((await rowsOf(db, "aviso_consulta"))[0]?.status).toBe("PAUSED");
    await sync();
    expect((await rowsOf(db, "aviso_consulta"))[0]?.status).toBe("APPROVED");
  });

  test("a channel without templates, and one that is not there, have nothing to list", async () => {
    expect(await syncTemplates(scene.deps, "rest")).toMatchObject({ kind: "unsupported" });
    expect(await syncTemplates(scene.deps, "none")).toMatchObject({ kind: "unsupported" });
  });

  describe("kept in step", () => {
    const results: SyncResult[] = [];
    const keep = async (everyMs = 6 * HOUR) => {
      results.length = 0;
      const onResult = (result: SyncResult) => void results.push(result);
      await keepSynced({ ...scene.deps, everyMs, onResult });
      return results.map(({ channel, kind }) => `${channel} ${kind}`);
    };

    test("at the first start, and then at their age", async () => {
      expect(await keep()).toEqual(["whatsapp synced"]);
      await ageSync(db, 5 * HOUR);
      expect(await keep()).toEqual([]);
      await ageSync(db, HOUR);
      expect(await keep()).toEqual(["whatsapp synced"]);
    });

    test("soon after a change that only a listing tells, but not twice in a minute", async () => {
      await keep();
      await markStale(db, "whatsapp");
      expect(await keep()).toEqual([]);
      await ageSync(db, MINUTE + 1_000);
      expect(await keep()).toEqual(["whatsapp synced"]);
      await ageSync(db, MINUTE + 1_000);
      expect(await keep()).toEqual([]);
    });

    test("not when it is switched off", async () => {
      expect(await keep(0)).toEqual([]);
    });

    test("a wrong token is not tried every minute", async () => {
      scene.shelf.faults.push({ kind: "refuse", status: 401, code: 190 });
      expect(await keep()).toEqual(["whatsapp failed"]);
      await ageSync(db, 5 * MINUTE);
      expect(await keep()).toEqual([]);
      await ageSync(db, 5 * MINUTE + 1_000);
      expect(await keep()).toEqual(["whatsapp synced"]);
    });
  });
});
