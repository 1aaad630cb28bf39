import { describe, expect, test } from "@jest/globals";
import { createRender } from "../../../src/channels/cloud/render.ts";
import { settingsWith } from "./cloud-settings.ts";

const ACCOUNT = "810000000000001";
const PHONE = { kind: "phone", value: "556191234567" } as const;
const USER_ID = { kind: "bsuid", value: "BR.6610002220003330" } as const;
const PARENT = { kind: "parent_bsuid", value: "BR.ENT.771000" } as const;

const render = createRender(settingsWith());
const payloadsOf = (rendering: ReturnType<typeof render>) =>
  rendering.messages.map(({ payload }) => payload);

describe("to whom a payload goes", () => {
  const head = { messaging_product: "whatsapp", recipient_type: "individual" };

  test.each([
    { label: "a phone gets its plus", identities: [PHONE], want: { to: "+556191234567" } },
    {
      label: "twelve digits stay twelve",
      identities: [{ kind: "phone", value: "556181112222" }] as const,
      want: { to: "+556181112222" },
    },
    {
      label: "a plus is not doubled",
      identities: [{ kind: "phone", value: "+556191234567" }] as const,
      want: { to: "+556191234567" },
    },
    {
      label: "a phone goes before user ids",
      identities: [PARENT, USER_ID, PHONE],
      want: { to: "+556191234567" },
    },
    {
      label: "a user id goes before its parent",
      identities: [PARENT, USER_ID],
      want: { recipient: "BR.6610002220003330" },
    },
    { label: "a parent alone will do", identities: [PARENT], want: { recipient: "BR.ENT.771000" } },
  ])("$label", ({ identities, want }) => {
    expect(payloadsOf(render({ text: "Olá" }, { account: ACCOUNT, identities }))).toStrictEqual([
      { type: "text", text: expect.objectContaining({ body: "Olá" }), ...head, ...want },
    ]);
  });

  test.each([
    { label: "nobody", identities: [] },
    { label: "a web client", identities: [{ kind: "sender", value: "s" }] as const },
  ])("a reply to $label is noted, not sent", ({ identities }) => {
    expect(render({ text: "Olá" }, { account: ACCOUNT, identities })).toStrictEqual({
      messages: [],
      notes: [
        {
          code: "no_address",
          detail: "the person has neither a phone number nor a user id, so nothing can be sent",
        },
      ],
      kept: [],
    });
  });
});

describe("what the settings change", () => {
  const to = { account: ACCOUNT, identities: [PHONE] };
  const raw = {
    custom: {
      type: "raw",
      channel: "cloud",
      payload: { type: "text", text: { body: "x" }, to: "+1" },
    },
  };

  test("every message of a reply is addressed", () => {
    const rendering = render({ text: "á".repeat(5000) }, to);
    expect(rendering.messages.length).toBeGreaterThan(1);
    for (const payload of payloadsOf(rendering)) {
      expect(payload).toHaveProperty("to", "+556191234567");
    }
  });

  test("Markdown becomes marks unless that is off", () => {
    const off = createRender(settingsWith({ markdown: "off" }));
    expect(render({ text: "**sim**" }, to).messages[0]?.text).toBe("*sim*");
    expect(off({ text: "**sim**" }, to).messages[0]?.text).toBe("**sim**");
  });

  test("the channel's own words follow the language", () => {
    const english = createRender(settingsWith({ language: "en" }));
    const buttons = ["a", "b", "c", "d"].map((title) => ({ title }));
    const reply = { text: "?", buttons };
    expect(JSON.stringify(payloadsOf(render(reply, to)))).toContain("Ver opções");
    expect(JSON.stringify(payloadsOf(english(reply, to)))).toContain("See options");
  });

  test("a payload of the provider passes only where that is allowed, and never chooses its recipient", () => {
    const open = createRender(settingsWith({ raw_payloads: true }));
    expect(payloadsOf(render(raw, to))).toStrictEqual([]);
    expect(payloadsOf(open(raw, to))).toStrictEqual([
      expect.objectContaining({ to: "+556191234567" }),
    ]);
  });

  test("links are shown with a preview unless that is off", () => {
    const off = createRender(settingsWith({ preview_urls: false }));
    const reply = { text: "https://ponte.example" };
    expect(JSON.stringify(payloadsOf(render(reply, to)))).toContain('"preview_url":true');
    expect(JSON.stringify(payloadsOf(off(reply, to)))).not.toContain('"preview_url":true');
  });
});
