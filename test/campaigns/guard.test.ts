import { expect, test } from "@jest/globals";
import { judge } from "../../src/campaigns/guard.ts";
import type { Trouble } from "../../src/db/campaign-trouble.ts";
import { ownHint } from "../../src/http/api/hints.ts";
import { pauseHint } from "../../src/http/api/pause-hints.ts";

const CALM: Trouble = {
  sent: 100,
  failed: 0,
  codes: [],
  notices: [],
  template: null,
  is_cut_off: false,
};
const SETTINGS = { errorRate: 0.2, errorSample: 50 };

const code = (word: string, count: number, more: Partial<Trouble["codes"][number]> = {}) => ({
  codes: [{ code: word, reason: "", count, recent: count, ...more }],
});
const notice = (topic: string, severity: string) => ({
  notices: [{ topic, severity, detail: "event: X" }],
});

test.each([
  { label: "nothing wrong", trouble: {}, want: undefined },
  { label: "few failures", trouble: { failed: 20 }, want: undefined },
  { label: "a fifth failed", trouble: { sent: 80, failed: 20 }, want: "error_rate" },
  { label: "too few to say", trouble: { sent: 0, failed: 49 }, want: undefined },
  { label: "enough to say", trouble: { sent: 0, failed: 50 }, want: "error_rate" },
  { label: "the spam limit", trouble: code("131048", 1), want: "provider_alert" },
  { label: "a policy block", trouble: code("368", 1), want: "provider_alert" },
  { label: "an unpaid bill", trouble: code("131042", 1), want: "provider_alert" },
  { label: "a dead token", trouble: code("190", 1), want: "provider_alert" },
  { label: "a locked account", trouble: code("131031", 1), want: "provider_alert" },
  { label: "a missing permission", trouble: code("131064", 1), want: "provider_alert" },
  {
    label: "another channel's alert",
    trouble: code("Denied", 1, { reason: "channel_account_blocked" }),
    want: "provider_alert",
  },
  { label: "nine over the pair limit", trouble: code("131056", 9), want: undefined },
  { label: "ten over the pair limit", trouble: code("131056", 10), want: "pair_limit" },
  {
    label: "ten over it, but long ago",
    trouble: code("131056", 10, { recent: 3 }),
    want: undefined,
  },
  { label: "a paused template", trouble: code("132015", 1), want: "template_unusable" },
  { label: "a disabled template", trouble: code("132016", 1), want: "template_unusable" },
  { label: "an unknown template", trouble: code("132001", 1), want: "template_unusable" },
  { label: "a template against the rules", trouble: code("132007", 1), want: "template_unusable" },
  {
    label: "news of a paused template",
    trouble: { template: { status: "PAUSED", is_gone: false } },
    want: "template_unusable",
  },
  {
    label: "a template that is gone",
    trouble: { template: { status: "APPROVED", is_gone: true } },
    want: "template_unusable",
  },
  {
    label: "a drop of quality",
    trouble: notice("number_quality", "warning"),
    want: "account_quality",
  },
  {
    label: "a restriction",
    trouble: notice("account_update", "alert"),
    want: "account_restricted",
  },
  { label: "a partner that left", trouble: notice("account_update", "warning"), want: undefined },
  { label: "no account left", trouble: { is_cut_off: true }, want: "accounts_disconnected" },
  { label: "an unknown code", trouble: code("131026", 5), want: undefined },
])("$label: $want", ({ trouble, want }) => {
  expect(judge({ ...CALM, ...trouble }, {}, SETTINGS)?.reason).toBe(want);
});

test("a campaign's own limits stand before those of the settings", () => {
  const trouble = { ...CALM, sent: 9, failed: 1 };
  expect(judge(trouble, { error_rate: 0.1, sample: 10 }, SETTINGS)).toEqual({
    reason: "error_rate",
    detail: { failed: 1, tried: 10 },
  });
  expect(judge(trouble, { sample: 10 }, SETTINGS)).toBeUndefined();
});

test("the hints speak both languages and know only our words", () => {
  expect(pauseHint("template_unusable", "en")).toContain("does not resume by itself");
  expect(pauseHint("template_unusable", "pt-BR")).toContain("não retoma sozinha");
  expect(pauseHint("toString", "en")).toBeNull();
  expect(ownHint("channel_uncertain", "en")).toContain("twice");
});
