import { describe, expect, test } from "@jest/globals";
import {
  addHappenings,
  fromMessage,
  fromNews,
  type Happening,
  readStatus,
  SHOWN,
} from "../../../src/web/admin/overview/happenings.ts";

const line = (id: string, at: string, status = "sent"): Happening => ({
  id,
  kind: "out",
  channel: "whatsapp",
  status,
  at,
  href: "/admin/conversations/c",
});

describe("what happens", () => {
  test("stands there once for each message, as it was told last, the newest on top", () => {
    const lines = addHappenings(
      [line("a", "2026-11-21T10:00:00Z"), line("b", "2026-11-21T10:00:01Z")],
      [line("a", "2026-11-21T10:00:02Z", "delivered")],
    );
    expect(lines.map(({ id, status }) => `${id} ${status}`)).toEqual(["a delivered", "b sent"]);
  });

  test("is not undone by a page that was read earlier and arrives later", () => {
    const told = [line("a", "2026-11-21T10:00:02Z", "read")];
    const lines = addHappenings(told, [line("a", "2026-11-21T10:00:00Z", "queued")]);
    expect(lines.map(({ status }) => status)).toEqual(["read"]);
  });

  test("is cut where it grows long", () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      line(String(index), new Date(index * 1_000).toISOString()),
    );
    const lines = addHappenings([], many);
    expect(lines).toHaveLength(SHOWN);
    expect(lines[0]?.id).toBe("49");
  });

  test("leads to the conversation or the campaign, whatever their ids hold", () => {
    const message = {
      id: "m",
      conversation_id: "../x?y",
      channel: "whatsapp",
      direction: "in",
      status: "received",
      created_at: "2026-11-21T10:00:00Z",
    } as const;
    expect(fromMessage(message).href).toBe("/admin/conversations/..%2Fx%3Fy");
    const campaign = fromNews({ kind: "campaign", id: "k", state: "running", channel: 7 }, "now");
    expect(campaign).toEqual({
      id: "k",
      kind: "campaign",
      channel: "",
      status: "running",
      at: "now",
      href: "/admin/campaigns/k",
    });
  });

  test("knows the statuses of messages and takes no other word for one", () => {
    expect([readStatus("read"), readStatus("running"), readStatus("")]).toEqual([
      "read",
      undefined,
      undefined,
    ]);
  });
});
