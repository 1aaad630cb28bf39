import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createApiClient } from "../../src/cli/api.ts";
import { carryOut } from "../../src/cli/dead-letters/carry-out.ts";
import {
  ACCOUNT,
  ADMIN_KEY,
  eventually,
  listQuickestDriver,
  SECRETS,
  startWorld,
  type World,
} from "../e2e/world.ts";
import type { GraphFault } from "../standins/graph-faults.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "../standins/trial-templates.ts";
import { createCli } from "./in-process.ts";
import { ORDER, phoneOf, range, writeList } from "./operate-scene.ts";
import { runPonte } from "./run.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ponte-operate-"));
let world: World;
let cli: ReturnType<typeof createCli>;

const address = () => ({ url: world.bridge().url, key: ADMIN_KEY });
const api = (signal = new AbortController().signal) =>
  createApiClient({ ...address(), signal, version: "test" });
const fileOf = (name: string) => path.join(folder, name);
const readRows = (rows: unknown) => z.array(z.looseObject({})).parse(rows);

const idRow = z.looseObject({ id: z.string(), name: z.string(), state: z.string() });
const listCampaigns = () => Array.fromAsync(api().list("/campaigns", idRow));
const stateOf = async (id: string) => (await api().get(`/campaigns/${id}`, idRow)).state;
const sentTo = (person: string) => world.graph.sent.filter(({ to }) => to === person).length;

/** Makes a draft for the people, and returns its id. */
async function draftFor(name: string, people: readonly number[], ...options: string[]) {
  const list = writeList(folder, `${name}.csv`, people);
  const words = ["campaign", "import", list, "--name", name, ...ORDER, ...options];
  const { code, failure } = await cli(words);
  expect({ code, failure }).toEqual({ code: 0, failure: "" });
  return (await listCampaigns()).find((one) => one.name === name)?.id ?? "";
}

beforeAll(async () => {
  const [quickest] = await listQuickestDriver();
  world = await startWorld({
    driver: quickest?.driver ?? "embedded",
    graph: { templates: { businessAccount: TRIAL_BUSINESS_ACCOUNT, known: TRIAL_TEMPLATES } },
    env: { WHATSAPP_BUSINESS_ACCOUNT_ID: TRIAL_BUSINESS_ACCOUNT },
  });
  cli = createCli(address());
  await eventually(async () =>
    (await cli(["templates", "list", "--name", "po_notification"])).results.some(
      (rows) => readRows(rows).length === 2,
    ),
  );
}, 120_000);

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("ponte campaign import", () => {
  test("a dry run shows columns and messages, and leaves nothing", async () => {
    const list = writeList(folder, "dry.csv", [1], ["xx,Ninguém,2,3"]);
    const { code, text } = await cli([
      "campaign",
      "import",
      list,
      "--name",
      "Dry",
      ...ORDER,
      "--dry-run",
    ]);
    expect(code).toBe(0);
    expect(text).toMatch(/number +phone/);
    expect(text).toContain("Olá, Pessoa 1! O pedido 1, no valor de 10,00, foi aprovado.");
    expect(text).toContain("has no country code");
    expect(await listCampaigns()).toEqual([]);
  });

  test("makes a draft, reports who was not added, and done again does nothing", async () => {
    const list = writeList(folder, "first.csv", [11, 12, 11], ["xx,Ninguém,2,3"]);
    const report = fileOf("report.csv");
    const map = ["--map", "phone=phone, name=nome"];
    const words = [
      "campaign",
      "import",
      list,
      "--name",
      "First",
      ...ORDER,
      ...map,
      "--report",
      report,
    ];
    const first = await cli(words);
    expect(first).toMatchObject({
      code: 0,
      text: "4 lines read: 2 added, 1 there already, 1 refused",
    });
    expect(first.notes).toMatch(/5 +invalid +xx +has no country code/);
    expect(readFileSync(report, "utf8")).toMatch(/\n4,duplicate,.*\n5,invalid,xx,/s);
    expect(statSync(report).mode & 0o777).toBe(0o600);
    const again = await cli(words, { answer: true });
    expect(again).toMatchObject({ code: 0, text: first.text, results: first.results });
    expect(again.notes).toMatch(/imported before/);
    expect((await listCampaigns()).map(({ name }) => name)).toEqual(["First"]);
  });

  test("stopped in the middle and run again, it has everybody once", async () => {
    const people = range(4_000, 10_000);
    const list = writeList(folder, "long.csv", people);
    const words = ["campaign", "import", list, "--name", "Long", ...ORDER];
    const stopping = new AbortController();
    let steps = 0;
    // The file is read once for its digest: the steps after that are of the upload.
    const reading = Math.ceil(statSync(list).size / (64 * 1024));
    const onProgress = () => {
      steps += 1;
      if (steps > reading) stopping.abort();
    };
    const stopped = await cli(words, { stopping, onProgress });
    expect(stopped.code).toBe(130);
    expect(stopped.notes).toMatch(
      /run the same command again, and it adds the rest and nobody twice/,
    );
    const id = (await listCampaigns()).find(({ name }) => name === "Long")?.id ?? "";
    const imports = z.looseObject({
      data: z.array(z.looseObject({ state: z.string(), rows_read: z.int() })),
    });
    const readImports = async () => (await api().get(`/campaigns/${id}/imports`, imports)).data;
    await eventually(async () => (await readImports())[0]?.state === "failed");
    expect((await readImports())[0]?.rows_read).toBeLessThan(people.length);
    expect((await cli(words)).code).toBe(0);
    const figures = z.looseObject({ figures: z.looseObject({ audience: z.int() }) });
    expect((await api().get(`/campaigns/${id}`, figures)).figures.audience).toBe(people.length);
    expect((await listCampaigns()).filter(({ name }) => name === "Long")).toHaveLength(1);
  });

  test("waits while the bridge is still at the same list, and gives its answer", async () => {
    const id = await draftFor("Twice", [81]);
    const list = writeList(folder, "twice.csv", range(1_500, 20_000));
    const words = ["campaign", "import", list, "--campaign", id];
    const both = await Promise.all([cli(words), cli(words)]);
    expect(both.map(({ code, text }) => ({ code, text }))).toEqual(
      [1, 2].map(() => ({ code: 0, text: "1500 lines read: 1500 added" })),
    );
    expect(both.map(({ notes }) => notes).join("\n")).toMatch(/still at an earlier call/);
  });

  test.each([
    {
      label: "a file that is not there",
      file: "none.csv",
      words: ORDER,
      says: /none.csv cannot be read/,
    },
    { label: "an empty file", file: "empty.csv", words: ORDER, says: /is empty/ },
    {
      label: "a column that cannot be mapped",
      file: "one.csv",
      words: [...ORDER, "--map", "tel=x"],
      says: /phone, name and language/,
    },
    {
      label: "no template",
      file: "one.csv",
      words: ["--channel", "whatsapp"],
      says: /needs --template or --text/,
    },
    {
      label: "a pair that is none",
      file: "one.csv",
      words: [...ORDER, "--param", "x"],
      says: /--param name=value/,
    },
    {
      label: "a campaign and a new one at once",
      file: "one.csv",
      words: [...ORDER, "--campaign", "x"],
      says: /leave out --campaign/,
    },
  ])("$label is a wrong call, and makes nothing", async ({ file, words, says }) => {
    writeFileSync(fileOf("empty.csv"), "");
    writeList(folder, "one.csv", [1]);
    const before = await listCampaigns();
    const ran = await cli(["campaign", "import", fileOf(file), "--name", "Wrong", ...words]);
    expect(ran.code).toBe(2);
    expect(ran.failure).toMatch(says);
    expect(await listCampaigns()).toEqual(before);
  });
});

describe("ponte campaign", () => {
  test("shows what will go out, and starts only once somebody has agreed", async () => {
    const id = await draftFor("Start", [21, 22]);
    const refused = await cli(["campaign", "start", id]);
    expect(refused.asked).toEqual(["Send it to 2 people?"]);
    expect(refused.notes).toMatch(
      /to +2 people[^]*Olá, {{nome}}! O pedido {{pedido}}[^]*Nothing was started/,
    );
    expect(await stateOf(id)).toBe("draft");
    const watched = await cli(["campaign", "start", id, "--watch", "--json"], { answer: true });
    expect(watched.code).toBe(0);
    expect(watched.results.at(-1)).toMatchObject({
      state: "done",
      figures: { audience: 2, reached_sent: 2 },
    });
    expect([sentTo(phoneOf(21)), sentTo(phoneOf(22))]).toEqual([1, 1]);
  });

  test("Ctrl-C ends the watching and not the campaign; a cancelling is asked for", async () => {
    const id = await draftFor("Watch", [31, 32, 33], "--rate", "0.01");
    await cli(["campaign", "start", id], { answer: true });
    const stopping = new AbortController();
    const watched = await cli(["campaign", "watch", id, "--json"], {
      stopping,
      onSaid: () => stopping.abort(),
    });
    expect(watched).toMatchObject({ code: 130, results: [{ id }] });
    expect(watched.notes).toMatch(/The campaign goes on; `ponte campaign pause/);
    expect(await stateOf(id)).toBe("running");
    expect((await cli(["campaign", "pause", id])).text).toMatch(/^Paused; [23] people wait/);
    expect((await cli(["campaign", "resume", id])).code).toBe(0);
    expect((await cli(["campaign", "cancel", id])).notes).toMatch(/Nothing was done/);
    expect(await stateOf(id)).toBe("running");
    expect((await cli(["campaign", "cancel", id], { answer: true })).text).toMatch(/^Cancelled/);
    expect((await cli(["campaign", "watch", id, "--json"])).failure).toMatch(/was cancelled/);
  });

  test("a watching that nobody attends ends where the campaign pauses by itself", async () => {
    const definition = fileOf("guard.yml");
    writeFileSync(definition, "guard: { error_rate: 0.5, sample: 2 }\n");
    const id = await draftFor("Guard", [91, 92, 93], "--rate", "1", "--definition", definition);
    const refusal: GraphFault = { kind: "error", status: 400, code: 131026 };
    world.graph.script([refusal, refusal]);
    const watched = await cli(["campaign", "start", id, "--watch", "--json"], { answer: true });
    expect(watched.code).toBe(1);
    expect(watched.failure).toMatch(/paused by itself: error_rate[^]*campaign resume/);
    expect(await stateOf(id)).toBe("paused");
    await cli(["campaign", "cancel", id], { answer: true });
    await cli(["dead-letters", "discard"], { answer: true });
  });

  test("exports recipients to stdout, and to a file that nobody else reads", async () => {
    const id = await draftFor("Export", [41, 42]);
    const env = { PONTE_URL: address().url, PONTE_ADMIN_KEY: ADMIN_KEY };
    const piped = await runPonte(["campaign", "export", id], { env, cwd: folder });
    expect({ code: piped.code, stderr: piped.stderr }).toEqual({ code: 0, stderr: "" });
    expect(piped.stdout.split("\r\n")).toHaveLength(4);
    const out = fileOf("people.csv");
    expect((await cli(["campaign", "export", id, "--out", out])).text).toMatch(/^2 lines are in/);
    expect(readFileSync(out, "utf8")).toBe(piped.stdout);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const kept = await cli(["campaign", "export", id, "--status", "failed", "--out", out]);
    expect(kept.asked).toEqual([`${out} exists. Replace it?`]);
    expect(readFileSync(out, "utf8")).toBe(piped.stdout);
  });
});

/** Sends the template to people whose messages the provider refuses. */
async function failFor(people: readonly string[]): Promise<void> {
  const refusal: GraphFault = { kind: "error", status: 400, code: 131026 };
  world.graph.script(people.map(() => refusal));
  const template = { name: "informe_001", language: "pt_BR" };
  for (const to of people)
    await api().send("POST", "/messages", z.unknown(), {
      body: { channel: "whatsapp", to, template },
    });
  await eventually(async () => (await deadLetters()).length === people.length);
}

const deadLetters = async (): Promise<readonly { id: string; code: string | null }[]> => {
  const row = z.looseObject({ id: z.string(), code: z.string().nullable() });
  return Array.fromAsync(api().list("/dead-letters", row));
};

describe("ponte dead-letters", () => {
  const people = range(4, 51).map(phoneOf);

  test("plans first, and replays only once somebody has agreed", async () => {
    await failFor(people);
    expect((await cli(["dead-letters", "plan", "--code", "131026"])).text).toMatch(
      /^4 dead letters\nkind +outbound 4\nreason +channel_refused 4\ncode +131026 4/,
    );
    const [letter] = await deadLetters();
    expect((await cli(["dead-letters", "plan", "--since", "1h"])).text).toMatch(/^4 dead letters/);
    expect((await cli(["dead-letters", "plan", "--until", "1h"])).text).toMatch(/^There are no/);
    expect((await cli(["dead-letters", "list", "--limit", "1"])).notes).toMatch(/there are more/);
    expect((await cli(["dead-letters", "show", letter?.id ?? ""])).text).toMatch(
      /a message that was not sent[^]*131026[^]*hint/,
    );
    const refused = await cli(["dead-letters", "replay", "--code", "131026"]);
    expect(refused.asked).toEqual(["Replay 4 dead letters?"]);
    expect(await deadLetters()).toHaveLength(4);
    const none = await cli(["dead-letters", "replay", "--code", "1"], { answer: true });
    expect(none).toMatchObject({ code: 0, asked: [], text: "0 of 0 were replayed." });
  });

  test("stopped after a batch, says how many were done, and goes on when run again", async () => {
    const stopping = new AbortController();
    const notes: string[] = [];
    const work = {
      deed: "replay",
      choice: { filter: { code: "131026" } },
      matched: 4,
      batch: 1,
    } as const;
    const context = {
      signal: stopping.signal,
      progress: () => ({ update: () => stopping.abort(), stop: () => undefined }),
      output: {
        isJson: false,
        result: () => undefined,
        line: () => undefined,
        note: (text: string) => void notes.push(text),
        paint: (_: unknown, text: string) => text,
        paintNote: (_: unknown, text: string) => text,
      },
    };
    await expect(carryOut(api(stopping.signal), work, context)).rejects.toThrow(
      /^1 of 4 were replayed/,
    );
    expect(notes.join()).toMatch(/1 of 4 were replayed.*run the same command again/s);
    expect(await deadLetters()).toHaveLength(3);
    const [first, second] = await deadLetters();
    const one = await cli(["dead-letters", "discard", "--id", first?.id ?? ""], { answer: true });
    expect(one.text).toBe("1 of 1 were discarded.");
    const rest = await cli(["dead-letters", "replay"], { answer: true });
    expect(rest).toMatchObject({ code: 0, text: "2 of 2 were replayed." });
    await eventually(() => people.filter((person) => sentTo(person) === 1).length === 3);
    expect(await deadLetters()).toEqual([]);
    const gone = await cli(["dead-letters", "show", second?.id ?? ""]);
    expect(gone.failure).toMatch(/the id of no dead letter/);
  });

  test.each(["nonsense", "00000000-0000-4000-8000-000000000000"])(
    "%s is no dead letter",
    async (id) => {
      const { code, failure } = await cli(["dead-letters", "show", id]);
      expect(code).toBe(1);
      expect(failure).toMatch(/the id of no dead letter/);
    },
  );

  test("a time that is none is a wrong call", async () => {
    const { code, failure } = await cli(["dead-letters", "plan", "--since", "yesterday"]);
    expect(code).toBe(2);
    expect(failure).toMatch(/30m, 2h or 3d/);
  });

  test("ids and a filter at once are a wrong call", async () => {
    const { code, failure } = await cli([
      "dead-letters",
      "plan",
      "--id",
      "a",
      "--kind",
      "outbound",
    ]);
    expect(code).toBe(2);
    expect(failure).toMatch(/give one of the two/);
  });
});

/** Settings of a folder whose rules send the given templates. */
function envWith(rules: readonly string[]): Record<string, string> {
  const file = fileOf("notifications.yml");
  writeFileSync(file, `notifications:\n${rules.join("\n")}\n`);
  const config = fileOf("bridge.yml");
  writeFileSync(config, `notifications:\n  file: ${file}\n`);
  return {
    PONTE_CONFIG: config,
    PONTE_DATA_DIR: fileOf("data"),
    WPP_AUTHORIZATION_TOKEN: SECRETS.token,
    WPP_VERIFY_TOKEN: SECRETS.verifyToken,
    WHATSAPP_APP_SECRET: SECRETS.appSecret,
    WPP_PHONE_NUMBER_IDENTIFIER: ACCOUNT,
    ENABLE_WHATSAPP_NOTIFICATIONS: "true",
    RABBITMQ_URL: "amqp://127.0.0.1:1",
  };
}

const rule = (name: string, template: string, more = "") =>
  `  - { name: ${name}, event: e, channel: whatsapp, to: data.phone, template: ${template}${more} }`;

const PARAMS = "params: { supplier_name: data.a, po_number: data.b, total_amount: data.c }";

describe("ponte templates", () => {
  test("shows what a template needs and says; a wrong name is corrected", async () => {
    const { text } = await cli(["templates", "show", "po_notification", "--lang", "pt_BR"]);
    expect(text).toMatch(/needs +{{supplier_name}}, {{po_number}}, {{total_amount}} \(named\)/);
    expect(text).toContain("Olá, Papelaria Central!");
    const wrong = await cli(["templates", "show", "po_notificaton"]);
    expect(wrong).toMatchObject({
      code: 1,
      failure: expect.stringMatching(/did you mean po_notification/),
    });
  });

  test("a set-up whose templates are all there passes", async () => {
    const env = envWith([
      rule(
        "good",
        `{ name: po_notification, language: pt_BR, ${PARAMS} }`,
        ", languages: { pt: pt_BR, en: en }",
      ),
    ]);
    const ran = await cli(["templates", "lint"], { env });
    expect(ran.failure).toBe("");
    expect(ran.text).toMatch(
      /ok +po_notification +pt_BR +whatsapp +rule good\nok +po_notification +en /,
    );
  });

  test.each([
    {
      label: "a name that is not there",
      template: "{ name: po_notificatio, language: pt_BR }",
      says: /Did you mean po_notification/,
    },
    {
      label: "a language that is not there",
      template: `{ name: po_notification, language: es, ${PARAMS} }`,
      says: /not there in es, but in en and pt_BR/,
    },
    {
      label: "a parameter too few",
      template: "{ name: po_notification, language: en, params: { po_number: data.b } }",
      says: /variable supplier_name has no value/,
    },
    {
      label: "a paused template",
      template: "{ name: oferta_semanal, language: pt_BR }",
      says: /is PAUSED/,
    },
  ])("$label fails the check", async ({ template, says }) => {
    const ran = await cli(["templates", "lint"], { env: envWith([rule("bad", template)]) });
    expect(ran.code).toBe(3);
    expect(ran.text).toMatch(/fail .* rule bad/);
    expect(ran.text).toMatch(says);
  });

  test("routes, what is sent outside the window, and drafts are checked too", async () => {
    const bad = "{ name: none_such, language: en }";
    const more = `, outside_window: { template: ${bad} }, route: [{ channel: whatsapp, template: ${bad} }]`;
    const env = envWith([rule("good", `{ name: po_notification, language: en, ${PARAMS} }`, more)]);
    await draftFor("Lint", [61]);
    const shelf = world.graph.shelf.templates;
    const at = shelf.findIndex(
      ({ name, language }) => name === "po_notification" && language === "pt_BR",
    );
    const [found] = shelf.slice(at, at + 1);
    if (found === undefined) throw new Error("the template is not there");
    shelf[at] = { ...found, status: "REJECTED" };
    const synced = await cli(["templates", "sync", "--channel", "whatsapp", "--force"]);
    expect(synced.text).toMatch(/^whatsapp: \d+ templates, 0 new, 1 changed, 0 gone$/);
    const ran = await cli(["templates", "lint"], { env });
    shelf[at] = found;
    await cli(["templates", "sync", "--channel", "whatsapp", "--force"]);
    expect(ran.code).toBe(3);
    expect(ran.text).toMatch(/fail +none_such .*rule good, outside the window/);
    expect(ran.text).toMatch(/fail +none_such .*rule good, route 1/);
    expect(ran.text).toMatch(
      /fail +po_notification .*campaign Lint \(draft\)\n +The template po_notification \(pt_BR\) is REJECTED/,
    );
  });
});

describe("ponte privacy", () => {
  test("finds, exports and erases a person, the last only once somebody has agreed", async () => {
    await draftFor("Privacy", [71]).then((id) =>
      cli(["campaign", "start", id, "--watch", "--json"], { answer: true }),
    );
    // Brazilian mobiles are the same with and without the ninth digit.
    const short = phoneOf(71).replace("+55619", "+5561");
    const found = await cli(["privacy", "find", short]);
    expect(found.results).toMatchObject([[{ identities: [{ value: phoneOf(71).slice(1) }] }]]);
    const out = fileOf("person.json");
    expect((await cli(["privacy", "export", short, "--out", out])).code).toBe(0);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, "utf8")).toContain("Pessoa 71");
    const refused = await cli(["privacy", "erase", short]);
    expect(refused.asked).toHaveLength(1);
    expect(refused.notes).toMatch(
      / 1 conversations.*\n +1 messages[^]*1 places in campaigns[^]*Nothing was erased/,
    );
    expect((await cli(["privacy", "find", short])).results).toMatchObject([[{}]]);
    expect((await cli(["privacy", "erase", short], { answer: true })).text).toMatch(/^Erased: /);
    expect((await cli(["privacy", "find", short])).text).toMatch(/^Nobody is known/);
    expect((await cli(["privacy", "export", short])).failure).toMatch(/nobody is known/);
    await draftFor("Listed", [72]);
    const listed = phoneOf(72);
    expect((await cli(["privacy", "erase", listed], { answer: true })).failure).toMatch(
      /only stands in a campaign's list is found with --channel/,
    );
    const words = ["privacy", "erase", listed, "--channel", "whatsapp"];
    expect((await cli(words, { answer: true })).results).toMatchObject([
      { erased: { campaigns: 1 } },
    ]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect(existsSync(out)).toBe(true);
  });
});
