import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { fillDataFolder } from "../database.ts";
import { type BridgeProcess, startBridge } from "../e2e/bridge-process.ts";
import { type RasaStandin, startRasa } from "../standins/rasa.ts";
import { until } from "../until.ts";
import { runPonte } from "./run.ts";

const ADMIN_KEY = "admin-key-of-the-cli-tests-0123456789";
const PERSON = "+5561991110001";

let folder = "";
let bridge: BridgeProcess;
let rasa: RasaStandin;
/** Whether the bot keeps everybody waiting, and what ends that. */
let isHanging = false;
const waiting: (() => void)[] = [];

const env = () => ({ PONTE_URL: bridge.url, PONTE_ADMIN_KEY: ADMIN_KEY });
const ponte = (...words: string[]) => runPonte(words, { cwd: folder, env: env() });
const talk = (lines: readonly string[], ...words: string[]) =>
  runPonte(["simulate", "--person", PERSON, ...words], {
    cwd: folder,
    env: env(),
    input: lines.map((line) => `${line}\n`).join(""),
  });

const rows = z.object({
  data: z.array(
    z.looseObject({ id: z.string(), text: z.string(), external_id: z.string().nullable() }),
  ),
});
const api = async (route: string): Promise<unknown> => {
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  return (await fetch(`${bridge.url}/api/v1${route}`, { headers })).json();
};
const listMessages = async (direction: "in" | "out") =>
  rows.parse(await api(`/messages?channel=simulator&direction=${direction}&limit=200`)).data;

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-talk-"));
  await fillDataFolder(path.join(folder, "data"));
  rasa = await startRasa((_sender, message) => {
    if (isHanging) return new Promise((resolve) => waiting.push(() => resolve([])));
    if (message === "tchau") return [];
    return [{ text: message === "oi" ? "Oi de novo" : message }];
  });
  bridge = await startBridge({
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
  });
  // The conversation that the other tests look at.
  await talk(["oi", "2", "tchau"]);
}, 120_000);

afterAll(async () => {
  await bridge.stop("SIGKILL");
  await rasa.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("ponte simulate", () => {
  test("shows the answer as a phone would, taps what is numbered, and writes the talk alone to stdout", async () => {
    const { code, stdout, stderr } = await talk(["menu", "1", "=1", ":fly"]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "│ Escolha uma opção da lista.\n├─\n│ ≡ Ver opções\n│ [1] O que você faz?",
    );
    for (const beside of ["✓", "\u001b", "tapped"]) expect(stdout).not.toContain(beside);
    expect(stderr).toContain("(tapped O que você faz?)\n✓✓ read\n");
    expect(stderr).toContain(":fly is no command.");
    expect((await listMessages("in")).map(({ text }) => text).slice(0, 3)).toEqual([
      "1",
      '/help{"language":"pt-BR"}',
      "menu",
    ]);
  });

  test("plays scripts, says how they differ, and ends with 3 where one does not hold", async () => {
    const script = (title: string, expected: string) =>
      JSON.stringify({
        version: 1,
        title,
        channel: "simulator",
        steps: [
          { say: { content: { type: "text", text: "menu" } } },
          { expect: { list: ["Quem é você?"] } },
          { say: { content: { type: "choice", title: "Encerrar" } } },
          { expect: { texts: [expected], timeout_ms: 400 } },
          { tick: { status: "read" } },
          { clock_hours: 30 },
        ],
      });
    const good = write("good.yml", script("Good", "Até"));
    const bad = write("bad.yml", script("Bad", "Até nunca mais"));
    const report = path.join(folder, "report.xml");
    const { code, stdout } = await ponte(
      "simulate",
      "--script",
      good,
      bad,
      "--junit",
      report,
      "--as",
      "serpro",
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/^ok {3}Good \(.*simulator-serpro, 6 steps/);
    expect(stdout).toMatch(/FAIL Bad .*\n {2}step 4: expect.*\n {4}- Até nunca mais\n {4}\+ /);
    expect(readFileSync(report, "utf8")).toContain('tests="2" failures="1"');
    const left = z.object({ data: z.array(z.unknown()) });
    expect(left.parse(await api("/conversations?channel=simulator-serpro")).data).toEqual([]);
  });

  test("--local needs no bridge, takes the answers of this folder, and leaves nothing", async () => {
    const home = mkdtempSync(path.join(folder, "local-"));
    writeFileSync(
      path.join(home, "bot.yml"),
      "bridge: {intents: {greet: {keywords: [hello], responses: [utter_greet]}}}\nresponses: {utter_greet: [{text: Local words}]}\n",
    );
    writeFileSync(
      path.join(home, "bridge.yml"),
      "server: {port: 1}\nchannels: {whatsapp: {access_token: '${NOT_IN_CI}'}}\nbackends: {templates: {path: .}}\n",
    );
    const { code, stdout, stderr } = await runPonte(
      ["simulate", "--local", "--config", "bridge.yml"],
      {
        cwd: home,
        env: { TMPDIR: home, DATABASE_URL: "postgres://127.0.0.1:1/nowhere" },
        input: "hello\n",
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("✓✓ read") });
    expect(stdout).toBe("╭─\n│ Local words\n╰─\n");
    expect(readdirSync(home).filter((name) => name.startsWith("ponte-simulate"))).toEqual([]);
  }, 120_000);
});

describe("ponte send", () => {
  const to = ["send", "--channel", "simulator", "--to", PERSON] as const;

  test("--dry-run shows the payload and what had to be changed, and sends nothing", async () => {
    const before = (await listMessages("out")).length;
    const reply = write(
      "reply.json",
      JSON.stringify({
        text: "Choose",
        buttons: [{ title: "A title that is too long", payload: "/a" }],
      }),
    );
    const { code, stdout } = await ponte(...to, "--file", reply, "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain('"title": "A title that is too');
    expect(stdout).toContain("note buttons_to_list");
    expect(stdout).toContain("Nothing was sent");
    expect((await listMessages("out")).length).toBe(before);
  });

  test("--wait follows the message, and the same key sends nothing twice", async () => {
    const first = await ponte(
      ...to,
      "--text",
      "once",
      "--wait",
      "--idempotency-key",
      "key-of-this-test",
    );
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^(delivered|read) [0-9a-f-]{36}\n$/);
    expect(first.stderr).toMatch(/^Idempotency key key-of-this-test: /);
    expect(first.stderr).toMatch(/✓✓ (delivered|read)/);
    const again = await ponte(
      ...to,
      "--text",
      "once",
      "--idempotency-key",
      "key-of-this-test",
      "--json",
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ idempotency_key: "key-of-this-test" });
    expect((await listMessages("out")).filter(({ text }) => text === "once")).toHaveLength(1);
  });

  test("where the window is closed, says what can be done", async () => {
    const words = ["send", "--channel", "simulator", "--to", "+5500990000009", "--text", "x"];
    const { code, stderr } = await ponte(...words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/has not written[^]*--template[^]*--outside-window wait/);
  });
});

describe("ponte explain", () => {
  test("shows the whole way by the provider's id, with numbers masked unless asked", async () => {
    const [first] = (await listMessages("in")).toReversed();
    const id = first?.external_id ?? "";
    const { code, stdout } = await ponte("explain", id);
    expect(code).toBe(0);
    for (const part of ["1. Webhook", "2. Parsed", "3. Answer", "4. Sent"])
      expect(stdout).toContain(part);
    expect(stdout).toMatch(/- templates: answered, \d+ ms/);
    expect(stdout).toContain("│ [2] Ver a lista");
    expect(stdout).toMatch(/try 1: sent .* \(\d+ ms\)/);
    expect(stdout).toMatch(/status read /);
    expect(stdout).not.toContain(PERSON.slice(1));
    const shown = await ponte("explain", first?.id ?? "", "--show-numbers", "--json");
    expect(shown.stdout).toContain(PERSON.slice(1));
    expect(JSON.parse(shown.stdout)).toMatchObject({ message: { id: first?.id } });
  });

  test("an id that nothing has is said", async () => {
    const { code, stderr } = await ponte("explain", "wamid.nothing");
    expect(code).toBe(1);
    expect(stderr).toContain("no message has the id wamid.nothing");
  });
});

describe("ponte time-machine", () => {
  test("asks another Rasa under names of its own, and shows what differs", async () => {
    const report = path.join(folder, "report.html");
    const { code, stdout, stderr } = await ponte(
      "time-machine",
      "--since=1h",
      "--channel=simulator",
      `--rasa-url=${rasa.url}`,
      `--report=${report}`,
      "--json",
      "--fail-on-change",
    );
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.any(String) });
    const lines = stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    const first = {
      turn: { text: "oi" },
      verdict: "changed",
      difference: expect.arrayContaining(["+ Oi de novo"]),
    };
    expect(lines[0]).toMatchObject(first);
    expect(lines).toContainEqual(
      expect.objectContaining({
        verdict: "new_silence",
        turn: expect.objectContaining({ text: "tchau" }),
      }),
    );
    expect(lines.at(-1)).toMatchObject({ summary: { backend: rasa.url } });
    expect(readFileSync(report, "utf8")).toContain("<ins>+ Oi de novo</ins>");
    const conversations = z.object({ data: z.array(z.object({ id: z.string() })) });
    const real = conversations
      .parse(await api("/conversations?limit=200"))
      .data.map(({ id }) => id);
    expect(rasa.turns.length).toBeGreaterThan(2);
    expect(rasa.turns.filter(({ sender }) => real.includes(sender))).toEqual([]);
    expect(rasa.problems).toEqual([]);
    const texts = rasa.turns.map(({ message }) => message);
    expect(texts.slice(0, 3)).toEqual(["oi", '/menu{"language":"pt-BR"}', "tchau"]);
  });

  test("Ctrl-C ends it, with nothing half-done", async () => {
    isHanging = true;
    const before = rasa.turns.length;
    const hung: Promise<void>[] = [];
    const { code, stderr } = await runPonte(
      ["time-machine", "--since", "1h", "--channel", "simulator", "--rasa-url", rasa.url],
      {
        cwd: folder,
        env: env(),
        onStart: (kill) =>
          hung.push(until(() => rasa.turns.length > before).then(() => kill("SIGINT"))),
      },
    );
    await Promise.all(hung);
    isHanging = false;
    for (const end of waiting) end();
    expect(code).toBe(130);
    expect(stderr).toMatch(/stopped\n$/);
  });
});

test("ponte start-link writes the link to stdout, the picture beside it, and the SVG to a file", async () => {
  const svg = path.join(folder, "start.svg");
  const words = ["start-link", "order-42", "--phone", "+55 61 3000-0000", "--svg", svg];
  const { code, stdout, stderr } = await ponte(...words);
  expect(code).toBe(0);
  expect(stdout).toBe("https://wa.me/556130000000?text=%2Fstart%20order-42\n");
  expect(stderr).toMatch(/█▄▄▄█/);
  expect(readFileSync(svg, "utf8")).toMatch(/^<svg/);
});
