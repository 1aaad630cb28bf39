import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { ACCOUNT, eventually, listDrivers, startWorld, type World } from "./world.ts";

const messageRows = z.object({ data: z.array(z.record(z.string(), z.unknown())) });
const detail = z.object({ attempts: z.array(z.record(z.string(), z.unknown())) });

describe.each(await listDrivers())("sends that go wrong on $driver", ({ driver }) => {
  let world: World;
  let people = 0;
  beforeAll(async () => {
    world = await startWorld({ driver });
  }, 120_000);
  afterAll(() => world.close());

  /** Somebody new says something; resolves with how to find what they were sent. */
  const somebodySays = async (text: string) => {
    people += 1;
    const from = `55619933${String(people).padStart(5, "0")}`;
    const before = world.graph.sent.length;
    await world.post(textWebhook({ account: ACCOUNT, from, id: `wamid.p${people}`, text }));
    const received = () => world.graph.sent.slice(before).filter(({ to }) => to === `+${from}`);
    const outbound = async () => {
      const { data } = messageRows.parse(await world.api("/messages?direction=out&limit=200"));
      return data.filter((row) => row["text"] === text);
    };
    return { from, received, outbound };
  };

  test.each([
    {
      label: "the connection is cut after the message was taken",
      fault: { kind: "reset", taken: true },
    },
    { label: "the answer is not readable", fault: { kind: "broken_json" } },
  ] as const)(
    "$label: the echo in a status settles it, and it is sent once",
    async ({ label, fault }) => {
      world.graph.script([fault]);
      const { received, outbound } = await somebodySays(label);
      await eventually(async () => (await outbound())[0]?.["status"] === "read");
      expect(received()).toHaveLength(1);
      const [message] = await outbound();
      const { attempts } = detail.parse(await world.api(`/messages/${String(message?.["id"])}`));
      expect(attempts.map(({ outcome }) => outcome)).toEqual(["uncertain"]);
    },
  );

  test("the connection is cut before the message was taken: after the wait it is sent again", async () => {
    world.graph.script([{ kind: "reset", taken: false }]);
    const { received, outbound } = await somebodySays("cut before");
    await eventually(async () => (await outbound())[0]?.["status"] === "read");
    expect(received()).toHaveLength(1);
    const [message] = await outbound();
    const { attempts } = detail.parse(await world.api(`/messages/${String(message?.["id"])}`));
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["uncertain", "sent"]);
  });

  test.each([
    { label: "temporary error 131016", fault: { kind: "error", status: 500, code: 131016 } },
    {
      label: "a proxy's page",
      fault: { kind: "raw", status: 502, body: "<html>bad gateway</html>" },
    },
    {
      label: "reported as failed later for a passing reason",
      fault: { kind: "fail_later", code: 131016 },
    },
  ] as const)("$label: sent again until it arrives", async ({ label, fault }) => {
    world.graph.script([fault]);
    const { outbound } = await somebodySays(label);
    await eventually(async () => (await outbound())[0]?.["status"] === "read");
  });

  test.each([
    {
      label: "not on WhatsApp",
      fault: { kind: "error", status: 400, code: 131026 },
      code: "131026",
    },
    {
      label: "a wrong parameter",
      fault: { kind: "error", status: 400, code: 131009 },
      code: "131009",
    },
    {
      label: "refused later for good",
      fault: { kind: "fail_later", code: 131049 },
      code: "131049",
    },
  ] as const)(
    "$label: shown as failed with code and hint, not sent again",
    async ({ label, fault, code }) => {
      world.graph.script([fault]);
      const { outbound, received } = await somebodySays(label);
      await eventually(async () => (await outbound())[0]?.["status"] === "failed");
      const [message] = await outbound();
      const shown = JSON.stringify(await world.api(`/messages/${String(message?.["id"])}`));
      expect(shown).toContain(code);
      expect(shown).toMatch(/"hint":"[^"]{10,}"/);
      const dead = messageRows.parse(await world.api("/dead-letters?kind=outbound&limit=200"));
      expect(dead.data.map(({ id }) => id)).toContain(message?.["id"]);
      expect(received().length).toBeLessThanOrEqual(1);
    },
  );

  test("a throttled pair waits and goes on", async () => {
    world.graph.script([{ kind: "error", status: 429, code: 131056 }]);
    const { received } = await somebodySays("too fast");
    await eventually(() => received().length === 1);
  });

  test("an opt-out that the provider reports is respected", async () => {
    world.graph.script([{ kind: "fail_later", code: 131050 }]);
    const { outbound } = await somebodySays("no more");
    await eventually(async () => (await outbound())[0]?.["status"] === "failed");
    const [message] = await outbound();
    const contact = JSON.stringify(await world.api(`/contacts/${String(message?.["contact_id"])}`));
    expect(contact).toContain("marketing");
  });

  test("no scripted fault is left over, and nothing was refused by the stand-in itself", () => {
    expect(world.graph.unused()).toEqual([]);
    expect(world.graph.refusals).toEqual([]);
  });
});
