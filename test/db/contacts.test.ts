import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { resolveContacts } from "../../src/db/contacts.ts";
import type { Database } from "../../src/db/driver.ts";
import { optIn, optOut } from "../../src/db/opt-outs.ts";
import type { Identity } from "../../src/messages.ts";
import { listDatabases } from "../database.ts";
import { until } from "../until.ts";
import { ACCOUNT, arrive, CHANNEL, claimOne, textMessage } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

const phone = (value: string): Identity => ({ kind: "phone", value });
const bsuid = (value: string): Identity => ({ kind: "bsuid", value });

describe.each(await listDatabases())("contacts on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  const contact = async (...identities: Identity[]): Promise<string> => {
    // Which of two is the older shows in their ids, to the millisecond.
    const now = Date.now();
    await until(() => Date.now() > now);
    const [id] = await resolveContacts(db, [{ channel: CHANNEL, identities }]);
    return id ?? "";
  };

  test.each([
    {
      label: "a Brazilian mobile with and without the ninth digit",
      one: phone("5561991112222"),
      two: phone("556191112222"),
      same: true,
    },
    {
      label: "a Brazilian landline and the mobile that would add a nine",
      one: phone("556133334444"),
      two: phone("5561933334444"),
      same: false,
    },
    {
      label: "a foreign number that only looks similar",
      one: phone("14155550123"),
      two: phone("1415955550123"),
      same: false,
    },
    {
      label: "a phone and a user id with the same text",
      one: phone("123"),
      two: bsuid("123"),
      same: false,
    },
  ])("$label: one person = $same", async ({ one, two, same }) => {
    expect((await contact(one)) === (await contact(two))).toBe(same);
  });

  test("a phone and a user id seen together are one person when only one is seen later", async () => {
    const together = await contact(phone("5561991112222"), bsuid("BR.1"));
    expect(await contact(bsuid("BR.1"))).toBe(together);
    expect(await contact(phone("5561991112222"))).toBe(together);
  });

  test("two contacts that turn out to be one person become the older one", async () => {
    const older = await contact(phone("5561991112222"));
    const younger = await contact(bsuid("BR.1"));
    expect(younger).not.toBe(older);
    expect(await contact(phone("5561991112222"), bsuid("BR.1"))).toBe(older);
    expect(await contact(bsuid("BR.1"))).toBe(older);
    expect(await db.query("select id::text from contacts")).toEqual([{ id: older }]);
  });

  test("joining keeps conversations, consent and waiting messages of both", async () => {
    await arrive(db, [{ ...textMessage("wamid.1", "oi"), identities: [bsuid("BR.1")] }]);
    const younger = await contact(bsuid("BR.1"));
    const older = "00000000-0000-7000-8000-000000000001";
    await db.query("insert into contacts (id) values ($1::text::uuid)", [older]);
    await db.query(
      `insert into contact_identities (channel, match_key, kind, value, contact_id)
       values ($1::text, 'phone:5561', 'phone', '5561', $2::text::uuid)`,
      [CHANNEL, older],
    );
    const consent = {
      channel: CHANNEL,
      account: ACCOUNT,
      scope: "all",
      method: "command",
    } as const;
    await optOut(db, { ...consent, contactId: younger });
    await optOut(db, { ...consent, contactId: older });
    expect(await contact(phone("5561"), bsuid("BR.1"))).toBe(older);
    const claimed = await claimOne(db);
    expect(claimed).toMatchObject({ contactId: older, optedOut: true });
    expect(claimed.inbox).toHaveLength(1);
  });

  test("the same new person in ten parallel webhooks becomes one contact", async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => contact(phone("5561991112222"))),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await db.query("select count(*)::int as n from contacts")).toEqual([{ n: 1 }]);
  });

  test("leaving and coming back is recorded once each, with its history", async () => {
    const contactId = await contact(phone("5561991112222"));
    const change = {
      contactId,
      channel: CHANNEL,
      account: ACCOUNT,
      scope: "all",
      method: "command",
    } as const;
    await optOut(db, change);
    await optOut(db, change);
    await optIn(db, change);
    await optIn(db, change);
    expect(await db.query("select method, revoked_method from opt_outs")).toEqual([
      { method: "command", revoked_method: "command" },
    ]);
    expect(await db.query("select action from audit_log order by at")).toEqual([
      { action: "opt_out" },
      { action: "opt_in" },
    ]);
  });
});
