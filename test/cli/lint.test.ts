import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  LINT_CHANNELS,
  type LintChannelName,
  openLintChannels,
} from "../../src/cli/lint/channels.ts";
import { isAtLeast, severityOf } from "../../src/cli/lint/findings.ts";
import { lint } from "../../src/cli/lint/lint.ts";
import { readProject, templateFiles } from "../../src/cli/lint/project.ts";
import { lintText, pictures } from "../../src/cli/lint/report.ts";
import { NOTE_CODES } from "../../src/channels/whatsapp/notes.ts";
import { runPonte } from "./run.ts";

let folder = "";
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-lint-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files of a bot and looks through them. */
function linted(
  files: Readonly<Record<string, string>>,
  channels: readonly LintChannelName[] = LINT_CHANNELS,
) {
  const project = path.join(folder, String(count++));
  mkdirSync(project);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text);
  return lint(readProject(templateFiles(project)), openLintChannels(channels));
}

const plain = (_style: unknown, text: string): string => text;

/** What was found, without the notes, which only tell of another form. */
const told = (report: ReturnType<typeof linted>) =>
  report.findings
    .filter(({ severity }) => isAtLeast(severity, "warning"))
    .map(({ severity, code, line, response, channels }) =>
      [severity, code, line, response, channels.join(",")].join(" "),
    );

describe("what a response becomes", () => {
  test("a cut title is a warning on the channels that cut it, with file and line", () => {
    const report = linted({
      "domain.yml": `responses:
  utter_menu:
  - text: Choose
    buttons:
    - title: Fine
      payload: /a
  - text: Choose
    buttons:
    - {title: Talk to a person of our team, payload: /a}
    - {title: b, payload: /b}
    - {title: c, payload: /c}
    - {title: d, payload: /d}
`,
    });
    expect(told(report)).toEqual(["warning title_cut 7 utter_menu#1 cloud,serpro,acs"]);
    expect(lintText(report, "warning", plain)).toMatch(
      /0\/domain\.yml:7: warning title_cut \[cloud, serpro, acs\] utter_menu#1: "Talk to a person/,
    );
    expect(report.counts.note).toBeGreaterThan(0);
    expect(lintText(report, "warning", plain)).not.toMatch(/ note /);
  });

  test.each([
    {
      label: "a custom message that no channel knows cannot be sent",
      response: "- custom: {type: dance}",
      want: "error custom_skipped 3 utter_x#0 cloud,serpro,acs,sms,evolution,evolution-v1",
    },
    {
      label: "an image without an address cannot be sent",
      response: "- image: nowhere",
      want: "error media_skipped 3 utter_x#0 cloud,serpro,acs,sms,evolution,evolution-v1",
      has: true,
    },
    {
      label: "what is wrong with made-up values alone is no error",
      response: "- custom: {type: location, latitude: '{photo}', longitude: '1'}",
      want: "warning custom_invalid 3 utter_x#0 cloud,serpro,acs,sms,evolution,evolution-v1",
    },
    {
      label: "an image whose address is a variable is looked at with an address",
      response: "- image: '{photo}'",
      want: undefined,
    },
    {
      label: "two titles that are the same are told apart by a number, which is a warning",
      response: "- text: x\n    buttons: [{title: Same, payload: /a}, {title: Same, payload: /b}]",
      want: "warning duplicate_title 3 utter_x#0 cloud,serpro,acs",
      has: true,
    },
  ])("$label", ({ response, want, has }) => {
    const report = linted({
      "d.yml": `responses:\n  utter_x:\n  ${response}\nslots: {photo: {type: text}}\n`,
    });
    if (want === undefined) expect(told(report)).toEqual([]);
    else if (has === true) expect(told(report)).toContain(want);
    else expect(told(report)).toEqual([want]);
  });

  test("words for one channel are looked at on that channel alone", () => {
    const long = "x".repeat(5_000);
    const report = linted({
      "d.yml": `responses:\n  utter_x:\n  - text: short\n  - {channel: sms, text: ${long}}\n`,
    });
    const split = report.findings.filter(({ code }) => code === "text_split");
    expect(split.length).toBeGreaterThan(0);
    for (const one of split)
      expect(one).toMatchObject({ response: "utter_x#1", channels: ["sms"] });
    const on = (name: string) =>
      report.shown
        .filter(({ channel }) => channel.name === name)
        .map(({ spoken }) => spoken.response);
    expect(on("cloud")).toEqual(["utter_x#0"]);
    expect(on("sms")).toEqual(["utter_x#1"]);
  });

  test("--show draws each picture once, under the channels that show it", () => {
    const report = linted(
      {
        "d.yml":
          "responses:\n  utter_x:\n  - text: Hi {name}\n    buttons: [{title: Go, payload: /go}]\n",
      },
      ["cloud", "acs", "sms"],
    );
    const text = pictures(report.shown);
    expect(text).toMatch(/utter_x#0 {2}\(.*d\.yml:3\)\n {2}cloud, acs\n/);
    expect(text).toContain("  │ Hi {name}\n  ├─\n  │ [1] Go\n");
    expect(text).toContain("  sms\n");
    expect(text).toContain("1. Go");
  });

  test("every note of the channels is known as what it is", () => {
    for (const code of Object.keys(NOTE_CODES)) expect([code, severityOf(code)]).toBeDefined();
    expect(severityOf("title_cut")).toBe("warning");
    expect(severityOf("custom_invalid")).toBe("error");
    expect(severityOf("buttons_to_list")).toBe("note");
    expect(severityOf("unheard_of")).toBe("warning");
  });
});

const INTENTS = `bridge:
  language: en
  intents:
    greet: {keywords: [hi], responses: [utter_greet]}
`;

describe("what nobody will ever see", () => {
  test.each([
    {
      label: "an address in a payload opens nothing",
      files: {
        "d.yml":
          "responses:\n  utter_greet:\n  - text: a\n    buttons: [{title: Site, payload: 'https://a.example'}]\n",
      },
      want: "warning payload_is_address 3 utter_greet#0 ",
    },
    {
      label: "a button whose intent does not exist leads nowhere",
      files: {
        "d.yml": `${INTENTS}responses:\n  utter_greet:\n  - text: a\n    buttons: [{title: Go, payload: /nowhere}]\n`,
      },
      want: "warning unknown_payload 7 utter_greet#0 ",
    },
    {
      label: "a response that nothing says is dead",
      files: {
        "d.yml": `${INTENTS}responses:\n  utter_greet: [{text: a}]\n  utter_old: [{text: b}]\n`,
      },
      want: "warning dead_response 7 utter_old ",
    },
    {
      label: "a variable that nothing fills stays empty",
      files: {
        "d.yml": `${INTENTS}responses:\n  utter_greet:\n  - text: "Hi {nobody}, {contact_name}"\n`,
      },
      want: "warning unknown_variable 7 utter_greet#0 ",
    },
    {
      label: "a text without the translation that others have",
      files: {
        "d.yml": `${INTENTS}responses:\n  utter_greet:\n  - {text: a, translation: {es: b}}\n  - text: c\n`,
      },
      want: "warning missing_translation 8 utter_greet#1 ",
    },
    {
      label: "an intent that one language has and the other has not",
      files: {
        "en.yml": `${INTENTS}responses:\n  utter_greet: [{text: a}]\n  utter_bye: [{text: a}]\n`,
        "pt.yml":
          "bridge:\n  language: pt-BR\n  intents:\n    greet: {keywords: [oi], responses: [utter_greet]}\n    bye: {keywords: [tchau], responses: [utter_bye]}\n",
      },
      want: "warning missing_translation 5  ",
    },
    {
      label: "a file that cannot be used is an error, and the others are looked at all the same",
      files: {
        "a.yml": "responses:\n  utter_a:\n  - text: [a]\n",
        "b.yml": "responses:\n  utter_b:\n  - custom: {type: dance}\n",
      },
      want: "error unusable 3  ",
      more: "error custom_skipped 3 utter_b#0 cloud,serpro,acs,sms,evolution,evolution-v1",
    },
  ])("$label", ({ files, want, more }) => {
    expect(told(linted(files))).toEqual(more === undefined ? [want] : [want, more]);
  });

  test.each([
    {
      label: "a story",
      part: "stories:\n- story: s\n  steps: [{intent: greet}, {action: utter_old}]\n",
    },
    { label: "a flow", part: "flows:\n  f: {description: d, steps: [{action: utter_old}]}\n" },
    {
      label: "a button",
      part: "  utter_more:\n  - {text: a, buttons: [{title: Old, payload: /old}]}\n",
    },
  ])("what $label says is not dead", ({ part }) => {
    const more = part.includes("utter_more") ? "" : part;
    const inside = more === "" ? part : "";
    const report = linted({
      "d.yml": `${INTENTS.replace("[utter_greet]", "[utter_greet, utter_more]")}responses:\n  utter_greet: [{text: a}]\n  utter_old: [{text: b}]\n${inside === "" ? "  utter_more: [{text: c}]\n" : inside}${more}`,
    });
    expect(told(report)).toEqual([]);
  });

  test("a button for an intent that only a story knows leads somewhere", () => {
    const report = linted({
      "d.yml": `${INTENTS}intents: [other]\nresponses:\n  utter_greet:\n  - {text: a, buttons: [{title: Go, payload: /other}]}\n`,
    });
    expect(told(report)).toEqual([]);
  });

  test("a domain alone says nothing of what is dead or leads nowhere", () => {
    const report = linted({
      "domain.yml":
        "intents: [greet]\nresponses:\n  utter_greet:\n  - text: a\n    buttons: [{title: Go, payload: /elsewhere}]\n",
    });
    expect(told(report)).toEqual([]);
  });

  test("where the bot has code of its own, a response that nothing says is only a note", () => {
    const report = linted({
      "d.yml": `${INTENTS}actions: [action_look]\nresponses:\n  utter_greet: [{text: a}]\n  utter_old: [{text: b}]\n`,
    });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ severity: "note", code: "dead_response", response: "utter_old" }),
    );
  });
});

test("the templates that come with the bridge lose nothing on any channel", () => {
  const report = lint(
    readProject(templateFiles("config/templates")),
    openLintChannels(LINT_CHANNELS),
  );
  expect(told(report)).toEqual([]);
  expect(report.texts).toBeGreaterThan(10);
});

describe("ponte lint", () => {
  const WARNED =
    "responses:\n  utter_a:\n  - text: a\n    buttons: [{title: S, payload: 'https://a.example'}]\n";

  test("fails a warning with --strict, and writes results to stdout alone", async () => {
    const file = path.join(folder, "warned.yml");
    writeFileSync(file, WARNED);
    const strict = await runPonte(["lint", file, "--strict", "--json"], { cwd: folder });
    expect({ code: strict.code, stderr: strict.stderr }).toEqual({ code: 3, stderr: "" });
    expect(JSON.parse(strict.stdout)).toMatchObject({ counts: { error: 0, warning: 1 } });
  });

  test("passes a warning without --strict", async () => {
    const file = path.join(folder, "passed.yml");
    writeFileSync(file, WARNED);
    expect((await runPonte(["lint", file, "--channel", "sms"], { cwd: folder })).code).toBe(0);
  });

  test("looks at the configured templates, and fails an error", async () => {
    const templates = path.join(folder, "bot");
    mkdirSync(templates);
    writeFileSync(
      path.join(templates, "a.yml"),
      "responses:\n  utter_a:\n  - custom: {type: dance}\n",
    );
    const config = path.join(folder, "bridge.yml");
    writeFileSync(config, `backends:\n  templates: {path: ${templates}}\n`);
    const { code, stdout } = await runPonte(["lint", "--config", config, "--channel", "cloud"]);
    expect(code).toBe(3);
    expect(stdout).toContain("error custom_skipped [cloud] utter_a#0");
    expect(stdout).not.toContain("\u001b");
  });

  test("a path that is not there is a wrong call", () => {
    expect(() => templateFiles("nowhere.yml")).toThrow("there is no file or folder nowhere.yml");
  });
});
