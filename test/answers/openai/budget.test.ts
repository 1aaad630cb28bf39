import { describe, expect, test } from "@jest/globals";
import { questionWith } from "../question.ts";
import { contextWith, openScene } from "./setup.ts";

const used = (contact: number, all: number) => ({ tokensToday: async () => ({ contact, all }) });
const BOTH = { tokens_per_contact_day: 100, tokens_per_day: 1_000 };

describe("the day's tokens", () => {
  test.each([
    { label: "none used", contact: 0, all: 0, settings: BOTH, reason: undefined },
    { label: "one short of both limits", contact: 99, all: 999, settings: BOTH, reason: undefined },
    {
      label: "the person's used up",
      contact: 100,
      all: 500,
      settings: BOTH,
      reason: "contact_tokens_spent",
    },
    {
      label: "everybody's used up",
      contact: 5,
      all: 1_000,
      settings: BOTH,
      reason: "tokens_spent",
    },
    {
      label: "only the person is limited",
      contact: 99,
      all: 9_999,
      settings: { tokens_per_contact_day: 100 },
      reason: undefined,
    },
    {
      label: "only all are limited",
      contact: 500,
      all: 999,
      settings: { tokens_per_day: 1_000 },
      reason: undefined,
    },
  ])("$label", async ({ contact, all, settings, reason }) => {
    const { standin, backend } = await openScene({ settings });
    const answer = await backend.answer(questionWith(), contextWith(used(contact, all)));
    expect(answer.reason).toBe(reason);
    expect(answer.outcome).toBe(reason === undefined ? "answered" : "no_answer");
    expect(standin.calls).toHaveLength(reason === undefined ? 1 : 0);
  });

  test("are not counted where there is no limit", async () => {
    const { backend } = await openScene();
    const tokensToday = () => Promise.reject(new Error("must not be asked"));
    const answer = await backend.answer(questionWith(), contextWith({ tokensToday }));
    expect(answer.outcome).toBe("answered");
  });

  test("are told to be used up once a day for each limit, without a name", async () => {
    const clock = { now: new Date("2026-11-21T10:00:00.000Z") };
    const tools = { now: () => clock.now };
    const { backend, warnings } = await openScene({ settings: BOTH, tools });
    const ask = (contact: number, all: number) =>
      backend.answer(questionWith(), contextWith(used(contact, all)));
    await ask(100, 0);
    await ask(200, 0);
    expect(warnings).toEqual([expect.stringContaining("tokens_per_contact_day")]);
    await ask(0, 1_000);
    await ask(0, 1_000);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain("tokens_per_day");
    clock.now = new Date("2026-11-22T00:00:00.000Z");
    await ask(100, 0);
    expect(warnings).toHaveLength(3);
    const { contactId } = questionWith();
    expect(warnings.join("")).not.toMatch(new RegExp(`${contactId}|Ana|5561900001111`));
  });
});
