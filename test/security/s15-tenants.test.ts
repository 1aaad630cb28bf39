import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../src/db/driver.ts";
import { SCOPES } from "../../src/http/api/caller.ts";
import { ROUTES } from "../../src/http/api/routes.ts";
import { listQuickest } from "../database.ts";
import { type ApiUnderTest, createApiUnderTest } from "../http/api/api-client.ts";
import { EXAMPLES } from "../http/api/examples.ts";
import { makeKey } from "../http/api/keys.ts";
import { IDS, seed } from "../http/api/seed.ts";
import { contentOf } from "./content.ts";
import { tellFigures } from "./figures.ts";
import { SIZE } from "./size.ts";
import { listOperations, type Operation, withPath, withQuery, withValue } from "./operations.ts";

const [database] = await listQuickest();

let db: Database;
let api: ApiUnderTest;
let operations: readonly Operation[];
/** A key of everything, of another tenant; and one of each scope of the tenant itself. */
let stranger: string;
const limited = new Map<string, string>();
let untouched: Readonly<Record<string, string | null>>;
const count = { verbs: 0, values: 0, fields: 0, scopes: 0 };

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
  operations = await listOperations(createApiUnderTest(db));
  stranger = (await makeKey(db, { tenant: "other" })).key;
  for (const scope of SCOPES) limited.set(scope, (await makeKey(db, { scopes: [scope] })).key);
  untouched = await contentOf(db, ...OF_CALLS);
});
beforeEach(() => {
  api = createApiUnderTest(db);
});
afterAll(async () => {
  await db.close();
  const tried = [
    `${count.verbs} verbs on every path`,
    `${count.values} ids and names of others in every parameter`,
    `${count.fields} fields that no body has`,
    `${count.scopes} keys that lack an operation's scope`,
  ];
  tellFigures({
    control: "S15",
    tried: tried.join(", "),
    came: "0 let in, 0 told, 0 rows changed",
  });
});

/** What a stranger may write to: what they were counted, and their own repetitions. */
const OF_CALLS = ["api_keys", "audit_log", "idempotency_keys"];
/** What the tenant `default` has, by every name that it goes by. */
const THEIRS = [...Object.values(IDS), "whatsapp", "111", "5561991234567", "wamid.in1", "Maria"];
const NAMED = THEIRS.slice(-SIZE.of(THEIRS.length, 6));
const VERBS = ["get", "post", "put", "patch", "delete", "head", "options"] as const;

const PATHS = [...new Set(ROUTES.map(({ path }) => path))];
const NAMES = ROUTES.map(({ method, path }) => ({ name: `${method} ${path}` }));

const exampleOf = (path: string): string => {
  const route = ROUTES.find((one) => one.path === path);
  return (EXAMPLES[`${route?.method} ${path}`]?.path ?? "").replace(/\?.*/, "");
};

function describedAs(name: string): Operation {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`${name} is not in the document`);
  return operation;
}

/** Whether a text holds a word of theirs; three digits only where they stand alone, since a time may end in them. */
const holds = (text: string, word: string): boolean =>
  word === "111" ? /(?<![\w.])111(?!\w)/.test(text) : text.includes(word);

const isTold = (text: string, asked: string): readonly string[] =>
  THEIRS.filter((word) => !asked.includes(word) && holds(text, word));

test("their account is seen wherever it stands alone, and in no time", () => {
  for (const text of ['{"account":"111"}', "/accounts/111/qr", "account 111.", '{"account":111}'])
    expect([text, isTold(text, "")]).toEqual([text, ["111"]]);
  expect(isTold('{"at":"2026-11-22T20:17:01.111Z","cursor":"b3111x","ms":1111}', "")).toEqual([]);
});

describe("a key of another tenant", () => {
  test.each(PATHS.map((path) => ({ path })))(
    "does nothing on $path by any verb",
    async ({ path }) => {
      for (const verb of VERBS) {
        const isServed = ROUTES.some((one) => one.path === path && one.method === verb);
        if (isServed) continue;
        count.verbs += 1;
        const agent = request(api.app);
        const answer = await agent[verb](`/api/v1${exampleOf(path)}`).set({
          authorization: `Bearer ${stranger}`,
          "x-requested-with": "ponte",
        });
        // HEAD asks what GET would say, without the words.
        const served =
          verb === "head" && ROUTES.some((one) => one.path === path && one.method === "get");
        if (!served) expect([404, 405]).toContain(answer.status);
        expect(isTold(answer.text ?? "", exampleOf(path))).toEqual([]);
      }
      expect(await contentOf(db, ...OF_CALLS)).toEqual(untouched);
      expect(api.bugs).toEqual([]);
    },
  );

  test.each(NAMES)("is told nothing by $name, whatever of others it names", async ({ name }) => {
    const { method, example, query, inPath, ...operation } = describedAs(name);
    const paths = [
      ...query.flatMap((parameter) =>
        NAMED.map((value) => withQuery(example.path, parameter, value)),
      ),
      ...inPath.flatMap((parameter) =>
        NAMED.map((value) =>
          withPath({ method, example, query, inPath, ...operation }, parameter, value),
        ),
      ),
    ];
    for (const path of paths) {
      count.values += 1;
      const answer = await api.call(method, path, example.body, stranger);
      const asked = decodeURIComponent(path) + JSON.stringify(example.body);
      expect({ path, told: isTold(answer.text, asked) }).toEqual({ path, told: [] });
    }
    expect(await contentOf(db, ...OF_CALLS)).toEqual(untouched);
    expect([api.replayed, api.announced, api.bugs]).toEqual([[], [], []]);
  });
});

test.each(ROUTES.filter(({ scope }) => scope !== undefined).map((route) => ({ route })))(
  "$route.method $route.path is closed to keys without its scope",
  async ({ route }) => {
    const { path, body } = EXAMPLES[`${route.method} ${route.path}`] ?? { path: "" };
    const own: readonly (string | undefined)[] = [route.scope, route.orScope, "admin"];
    for (const scope of SCOPES.filter((one) => !own.includes(one))) {
      count.scopes += 1;
      const { status } = await api.call(route.method, path, body, limited.get(scope));
      expect({ scope, status }).toEqual({ scope, status: 403 });
    }
    expect(await contentOf(db, ...OF_CALLS)).toEqual(untouched);
  },
);

/** Fields that would give somebody more than the operation does, were they taken over unread. */
const MORE = {
  tenant: "other",
  role: "admin",
  scopes: ["admin"],
  is_admin: true,
  id: IDS.maria,
  created_by: "admin",
  digest: "00",
} as const;

/** Who makes a key says what it may do. */
const OWN = ["post /keys tenant", "post /keys role", "post /keys scopes"];

test.each(NAMES.filter(({ name }) => !name.startsWith("get ")))(
  "$name takes no field over that it does not have",
  async ({ name }) => {
    const { method, example, objects } = describedAs(name);
    if (typeof example.body === "string") return;
    await seed(db);
    const taken: string[] = [];
    for (const keys of objects)
      for (const [field, value] of Object.entries(MORE)) {
        const path = [...keys, field];
        if (OWN.includes(`${name} ${path.join("/")}`)) continue;
        count.fields += 1;
        const body = withValue(example.body, path, value);
        const { status } = await api.call(method, example.path, body);
        if (status < 300) taken.push(path.join("/"));
      }
    expect(taken).toEqual([]);
  },
);
