import { describe, expect, test } from "@jest/globals";
import { BACKEND_MODULES } from "../../src/answers/index.ts";
import { toolsWith } from "./tools.ts";

const tools = toolsWith({
  "config/templates/a.yml": "responses: { utter_x: [Oi] }",
  "config/prompts/pt-BR.md": "Seja breve.",
  "config/prompts/en.md": "Be brief.",
});

/** Settings that are enough for each backend. */
const ENOUGH: Readonly<Record<string, Record<string, unknown>>> = {
  rasa: { url: "http://127.0.0.1:5005" },
  templates: {},
  http: { url: "http://127.0.0.1:5006" },
  openai: { base_url: "http://127.0.0.1:11434/v1", model: "local" },
};

describe.each(BACKEND_MODULES.map((module) => ({ type: module.type, module })))(
  "the backend $type",
  ({ type, module }) => {
    test("refuses a setting it does not know, by name", () => {
      const settings = { ...ENOUGH[type], no_such_setting: 1 };
      expect(() => module.configure(settings, tools)).toThrow("no_such_setting");
    });

    test("starts with the least settings, with a timeout and without secrets", () => {
      const backend = module.configure(ENOUGH[type], tools);
      expect(backend.timeoutMs).toBeGreaterThan(0);
      expect(backend.secrets).toEqual([]);
    });

    test("every variable fills a setting that exists, and every secret is listed", () => {
      for (const { setting, secret } of module.variables) {
        const result = configureWith(module.configure, { ...ENOUGH[type], [setting]: "{user}7" });
        expect(result).not.toContain("Unrecognized key");
        if (secret === true) expect(result).toContain("secret {user}7");
      }
    });
  },
);

/** Says which secrets a configured backend lists, or why it could not be configured. */
function configureWith(
  configure: (typeof BACKEND_MODULES)[number]["configure"],
  settings: Record<string, unknown>,
): string {
  try {
    return configure(settings, tools)
      .secrets.map((secret) => `secret ${secret}`)
      .join("\n");
  } catch (error) {
    return String(error);
  }
}
