import { afterEach, describe, expect, test } from "@jest/globals";
import { campaignPatch, newCampaign } from "../../../src/http/api/campaign-schemas.ts";
import { cloneOf } from "../../../src/web/admin/campaigns/clone.ts";
import { placeholdersOf, readMessage } from "../../../src/web/admin/campaigns/message.ts";
import { CAMPAIGN_STATES } from "../../../src/web/admin/campaigns/states.ts";
import { explainStep, STEPS, stepsFor } from "../../../src/web/admin/campaigns/steps.ts";
import {
  changeOf as planChange,
  isPlanned,
  localTime,
  planOf,
} from "../../../src/web/admin/campaigns/wizard/plan-form.ts";
import { fillContent } from "../../../src/send-content.ts";
import { CAMPAIGN_STATES as SERVER_STATES } from "../../../src/db/campaigns.ts";
import { language } from "../../../src/web/shared/language.ts";
import { campaign } from "./sample.ts";

afterEach(() => {
  language.value = "en";
});

const NOW = Date.parse("2026-11-21T10:00:00Z");

describe("steps", () => {
  test("are those of the state", () => {
    expect(CAMPAIGN_STATES).toEqual(SERVER_STATES);
    expect(Object.fromEntries(CAMPAIGN_STATES.map((state) => [state, stepsFor(state, 1)]))).toEqual(
      {
        draft: ["start", "clone", "delete"],
        scheduled: ["pause", "cancel", "clone"],
        running: ["pause", "cancel", "clone"],
        paused: ["resume", "cancel", "clone"],
        done: ["clone"],
        cancelled: ["clone"],
      },
    );
  });

  test("do not start what goes to nobody", () => {
    expect(stepsFor("draft", 0)).not.toContain("start");
    expect(stepsFor("draft", undefined)).toContain("start");
  });

  test.each(["en", "pt-BR"] as const)("are explained before they are taken, in %s", (chosen) => {
    language.value = chosen;
    for (const step of STEPS) {
      const words = explainStep(step, campaign, NOW).join(" ");
      expect(words.length).toBeGreaterThan(20);
      expect(words).not.toMatch(/\{\w+\}|confirm_/);
      if (["start", "pause", "resume", "cancel"].includes(step)) expect(words).toContain("15");
    }
  });

  test("that only schedule say when", () => {
    const later = { ...campaign, start_at: "2026-11-22T10:00:00.000000Z" };
    expect(explainStep("start", later, NOW)[0]).toContain("Until then it waits");
    const past = { ...campaign, start_at: "2026-11-20T10:00:00.000000Z" };
    expect(explainStep("start", past, NOW)[0]).toContain("beginning now");
  });
});

describe("a duplicate", () => {
  test("says the same at the same pace, and is what the API takes", () => {
    const copy = cloneOf(campaign, "Pedidos (copy)");
    const { data, error } = newCampaign.safeParse(copy);
    expect(error).toBeUndefined();
    expect(data).toMatchObject({
      name: "Pedidos (copy)",
      channel: "whatsapp",
      template: { name: "po_notification" },
      values: { loja: "Centro" },
      rate_per_second: 20,
      hours: campaign.hours,
      guard: campaign.guard,
    });
    expect(copy).not.toHaveProperty("start_at");
  });

  test("of the longest name has a name that the API takes", () => {
    for (const sign of ["a", "😀"])
      expect(newCampaign.safeParse(cloneOf(campaign, sign.repeat(300))).error).toBeUndefined();
  });
});

describe("a message", () => {
  test.each([
    [{ text: "Olá, {{nome}}" }, { kind: "text", text: "Olá, {{nome}}" }],
    [
      { reply: { text: "Oi", buttons: [{ title: "Sim", payload: "/s" }] } },
      { kind: "text", text: "Oi", buttons: [{ title: "Sim" }] },
    ],
    [{ reply: { image: "https://a.test/1.png" } }, { kind: "text", text: "" }],
    [campaign.message, { kind: "template", name: "po_notification", language: "pt_BR" }],
    [{}, { kind: "text", text: "" }],
    [
      { reply: "odd", text: "Oi" },
      { kind: "text", text: "Oi" },
    ],
    [
      { template: null, reply: [], text: 7 },
      { kind: "text", text: "" },
    ],
  ])("%j is read", (message, want) => {
    expect(readMessage(message)).toMatchObject(want);
  });

  test("has the placeholders that the server finds in it", () => {
    const text = "{{ nome }} {{Valor total}} {{valor (R$)}} {{nome}} {{}} {{a-b}} {nome}";
    expect(placeholdersOf({ text })).toEqual(fillContent({ text }, {}).missing);
    expect(placeholdersOf(campaign.message)).toEqual(["nome", "pedido"]);
  });
});

describe("a plan", () => {
  const typed = planOf(campaign, "America/Sao_Paulo");

  test("comes back as it was", () => {
    expect(planChange(typed, campaign.guard)).toEqual({
      start_at: null,
      rate_per_second: 20,
      hours: campaign.hours,
      guard: campaign.guard,
    });
  });

  test("is what the API takes, however it is typed", () => {
    const form = {
      ...typed,
      isLater: true,
      at: "2026-12-01T09:30",
      rate: "0,5",
      errorPercent: "12.5",
      hours: { ...typed.hours, days: [0, 1, 2, 3, 4, 5, 6] },
    };
    const change = planChange(form, {});
    expect(campaignPatch.safeParse(change).error).toBeUndefined();
    expect(change).toMatchObject({ rate_per_second: 0.5, guard: { error_rate: 0.125 } });
    expect(change.hours).not.toHaveProperty("days");
    expect(localTime(new Date(change.start_at ?? ""))).toBe("2026-12-01T09:30");
  });

  test.each(["", "fast", "-1", "0", "Infinity"])("without a number has no pace: %j", (rate) => {
    expect(planChange({ ...typed, rate }, {}).rate_per_second).toBeNull();
  });

  test("lacks a time or a day until both are said", () => {
    expect(isPlanned({ ...typed, isLater: true, at: "" })).toBe(false);
    expect(isPlanned({ ...typed, hours: { ...typed.hours, days: [] } })).toBe(false);
    expect(isPlanned({ ...typed, hasHours: false, hours: { ...typed.hours, days: [] } })).toBe(
      true,
    );
  });
});
