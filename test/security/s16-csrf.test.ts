import { afterAll, beforeAll, expect, test } from "@jest/globals";
import request from "supertest";
import type { Database } from "../../src/db/driver.ts";
import { listQuickest } from "../database.ts";
import { ADMIN_KEY, type ApiUnderTest, createApiUnderTest } from "../http/api/api-client.ts";
import { EXAMPLES } from "../http/api/examples.ts";
import { ROUTES } from "../../src/http/api/routes.ts";
import { seed } from "../http/api/seed.ts";
import { contentOf } from "./content.ts";
import { tellFigures } from "./figures.ts";

const [database] = await listQuickest();
const OURS = { "x-requested-with": "ponte" };

let db: Database;
let api: ApiUnderTest;
let cookie: string;
let untouched: Readonly<Record<string, string | null>>;
let calls = 0;

beforeAll(async () => {
  if (database === undefined) throw new Error("no database to test on");
  db = await database.open();
  await seed(db);
  api = createApiUnderTest(db);
  const signedIn = await request(api.app)
    .post("/api/v1/session")
    .set(OURS)
    .send({ key: ADMIN_KEY });
  cookie = [signedIn.headers["set-cookie"] ?? []].flat()[0]?.split(";")[0] ?? "";
  expect(cookie).toMatch(/^ponte_session=/);
  untouched = await contentOf(db);
});
afterAll(async () => {
  await db.close();
  tellFigures({
    control: "S16",
    tried: `${calls} calls of another site's page in a signed-in browser, each operation in ${FOREIGN.length} ways`,
    came: "0 changed a row, 0 answers may be read by that site",
  });
});

/** What a page of another site can make a browser send, and what it cannot but is refused all the same. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { "content-type": "text/plain", origin: "https://evil.example" },
  { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.example" },
  { "content-type": "application/x-www-form-urlencoded" },
  { "content-type": "text/plain", origin: "null" },
  { "content-type": "application/json", origin: "https://evil.example", ...OURS },
  { "content-type": "application/json", origin: "http://127.0.0.1:1", ...OURS },
  { "content-type": "text/plain", "x-http-method-override": "DELETE" },
];

const OPERATIONS = ROUTES.map(({ method, path }) => ({ name: `${method} ${path}`, method }));

test.each(OPERATIONS.filter(({ method }) => method !== "get"))(
  "$name does nothing for another site's page",
  async ({ name, method }) => {
    const { path, body } = EXAMPLES[name] ?? { path: "" };
    for (const headers of FOREIGN) {
      calls += 1;
      const agent = request(api.app);
      const answer = await agent[method](`/api/v1${path}`)
        .set({ cookie, ...headers })
        .send(typeof body === "string" ? body : JSON.stringify(body ?? {}));
      expect({ headers, status: answer.status }).toEqual({ headers, status: 403 });
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(await contentOf(db)).toEqual(untouched);
  },
);

test.each(OPERATIONS.filter(({ method }) => method === "get"))(
  "$name changes nothing, so that a link to it does no harm, and lets no other site read it",
  async ({ name }) => {
    calls += 1;
    const answer = await request(api.app)
      .get(`/api/v1${EXAMPLES[name]?.path ?? ""}`)
      .set({ cookie, origin: "https://evil.example" });
    expect(answer.status).toBeLessThan(300);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(await contentOf(db)).toEqual(untouched);
  },
);

test("a question before the call (CORS) allows no other site anything", async () => {
  const answer = await request(api.app)
    .options("/api/v1/messages")
    .set({ origin: "https://evil.example", "access-control-request-method": "POST" });
  const allowed = Object.keys(answer.headers).filter((name) => name.startsWith("access-control"));
  expect(allowed).toEqual([]);
});
