import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { contentOf } from "../../src/cli/simulate/chat.ts";
import { localConfigText, localEnvironment } from "../../src/cli/simulate/local-config.ts";
import { choicesOf, drawBubble } from "../../src/cli/simulate/picture.ts";
import { junitText, playedText, tapText } from "../../src/cli/simulate/script-report.ts";
import { readScripts, type Played } from "../../src/cli/simulate/scripts.ts";

const plain = (_style: unknown, text: string): string => text;

const BUTTONS = {
  text: "Choose",
  links: [{ title: "Site", target: "https://a.example" }],
  buttons: [{ id: "/a", title: "A", source: "button" }],
  list: {
    button: "More",
    sections: [{ title: "Part", rows: [{ id: "/b", title: "B", description: "bee" }] }],
  },
} as const;

describe("a message on the terminal", () => {
  test("shows words first, then what can be tapped, numbered", () => {
    expect(drawBubble(BUTTONS, 3)).toEqual([
      "╭─",
      "│ Choose",
      "├─",
      "│ [3] A",
      "├─",
      "│ -> Site: https://a.example",
      "├─",
      "│ ≡ More",
      "│ Part:",
      "│ [4] B",
      "│     bee",
      "╰─",
    ]);
  });

  test("nothing in it moves the cursor or turns a line around", () => {
    const text = "a\u001b[2Jb\rc\u202ed";
    const drawn = drawBubble({
      ...BUTTONS,
      text,
      buttons: [{ id: "x", title: "t\u001b[1A", source: "button" }],
    });
    for (const mark of ["\u001b", "\r", "\u202e"]) expect(drawn.join("\n")).not.toContain(mark);
    expect(drawn[1]).toBe("│ a�[2Jb�c�d");
  });

  test("a number taps what has it; =1 says it, and so does a number that is not there", () => {
    const choices = choicesOf([
      BUTTONS,
      { text: "", links: [], buttons: [{ id: "/c", title: "C", source: "button" }] },
    ]);
    expect(choices.map(({ number, title }) => `${number} ${title}`)).toEqual(["1 A", "2 B", "3 C"]);
    expect(contentOf("2", choices)).toEqual({
      type: "choice",
      source: "list",
      id: "/b",
      title: "B",
    });
    expect(contentOf("=2", choices)).toEqual({ type: "text", text: "2" });
    expect(contentOf("4", choices)).toEqual({ type: "text", text: "4" });
    expect(contentOf("=)", choices)).toEqual({ type: "text", text: "=)" });
  });
});

const FAILED: Played = {
  file: "a.yml",
  title: 'Ana & "co" #1',
  channel: "simulator",
  ok: false,
  ms: 1_234,
  steps: [
    { number: 1, what: 'say "oi"', outcome: { state: "passed" } },
    {
      number: 2,
      what: "expect",
      outcome: { state: "failed", missing: ["Hello"], said: ["Bye\u0000<x>"] },
    },
    { number: 3, what: "tick read", outcome: { state: "broken", detail: "no message" } },
  ],
};

describe("a script's report", () => {
  test("shows what was expected and what was said", () => {
    expect(playedText(FAILED, plain).split("\n")).toEqual([
      'FAIL Ana & "co" #1 (a.yml, simulator, 3 steps, 1.2 s)',
      "  step 2: expect (- expected, + said)",
      "    - Hello",
      "    + Bye�<x>",
      "  step 3: tick read",
      "    it cannot be done: no message",
    ]);
  });

  test("is TAP with the difference as comments", () => {
    const lines = tapText(FAILED, 2).split("\n");
    expect(lines[0]).toBe('not ok 2 - Ana & "co" \\#1');
    expect(lines.slice(1).every((line) => line.startsWith("#"))).toBe(true);
    expect(tapText({ ...FAILED, ok: true, steps: [] }, 1)).toMatch(/^ok 1 - /);
  });

  test("is XML that holds whatever was said", () => {
    const xml = junitText([FAILED, { ...FAILED, ok: true, steps: [] }]);
    expect(xml).toContain('<testsuites tests="2" failures="1" time="2.468">');
    expect(xml).toContain('name="Ana &amp; &quot;co&quot; #1"');
    expect(xml).toContain("+ Bye�&lt;x&gt;");
    expect(xml).not.toContain("\u0000");
    expect(junitText([{ ...FAILED, title: "a\u0001b" }])).toContain('name="a�b"');
  });
});

describe("scripts", () => {
  test("everything wrong with any of them is told before one is played", () => {
    expect(() => readScripts(["nowhere.yml", "package.json"])).toThrow(
      /nowhere\.yml: .*ENOENT[^]*package\.json: version/,
    );
  });
});

describe("the configuration of a simulation", () => {
  const WRITTEN = `server: {port: 5006, public_url: "https://a.example"}
channels:
  whatsapp:
    access_token: \${TOKEN_THAT_CI_HAS_NOT}
database:
  url: postgres://a
backends:
  templates: {path: bot}
conversation:
  debounce_ms: 5
  debounce_channels: {whatsapp: 100}
answers:
  chain: [templates]
  routes:
    - match: {channel: [whatsapp]}
      chain: [templates]
    - match: {language: en}
      chain: [templates]
`;

  test("keeps how the bot answers, on the same lines, and nothing that leads out", () => {
    const text = localConfigText(WRITTEN);
    expect(parse(text)).toEqual({
      backends: { templates: { path: "bot" } },
      conversation: { debounce_ms: 5 },
      answers: {
        chain: ["templates"],
        routes: [{ match: { language: "en" }, chain: ["templates"] }],
      },
    });
    const lineOf = (all: string) =>
      all.split("\n").findIndex((line) => line.includes("language: en"));
    expect(lineOf(text)).toBe(lineOf(WRITTEN));
  });

  test("routes that all name channels go with their key", () => {
    const text =
      "answers:\n  chain: [templates]\n  routes:\n  - match: {channel: [a]}\n    chain: [templates]\n";
    expect(parse(localConfigText(text))).toEqual({ answers: { chain: ["templates"] } });
  });

  test("takes no variable that leads to a provider, a database or a broker", () => {
    const env = {
      DATABASE_URL: "postgres://a",
      AZURE_REDIS_CONNECTIONSTRING: "r",
      RABBITMQ_URL: "amqp://a",
      WPP_AUTHORIZATION_TOKEN: "t",
      WHATSAPP_ACCESS_TOKEN: "t",
      SERPRO_CLIENT_ID: "s",
      RASA_URL: "http://localhost:5005",
      OPENAI_API_KEY: "k",
    };
    expect(localEnvironment(env)).toEqual({ RASA_URL: env.RASA_URL, OPENAI_API_KEY: "k" });
  });
});
