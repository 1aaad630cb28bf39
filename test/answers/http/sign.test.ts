import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { signHeaders } from "../../../src/answers/http/sign.ts";

const run = promisify(execFile);

const NOW = new Date("2026-11-21T10:00:00.900Z");
const BODY = '{"message":"olá 🙂"}';
const ID = "0198f0c2-0000-7000-8000-000000000001";

/** Computed with OpenSSL: printf '1795255200.%s' "$BODY" | openssl dgst -sha256 -hmac 'ségredo' */
const SIGNATURE = "b620f160b4dcbc7cc936b767ca9bdb9e95ebdf7bc8f0b45acad2fdd87c0667c1";

test("a signed call names contract, event and time; one without a secret is not signed", () => {
  const headers = {
    "x-bridge-contract": "1",
    "x-bridge-event-id": ID,
    "x-bridge-timestamp": "1795255200",
  };
  expect(signHeaders(BODY, ID, NOW, "ségredo")).toEqual({
    ...headers,
    "x-bridge-signature": `v1=${SIGNATURE}`,
  });
  expect(signHeaders(BODY, ID, NOW, undefined)).toEqual(headers);
});

/** What each example of the documentation says to a call: one line of JSON, a list of true and false. */
const CASES = [
  { label: "ours", secret: "ségredo", body: BODY, seconds: 1_795_255_230, want: true },
  {
    label: "of another secret",
    secret: "segredo",
    body: BODY,
    seconds: 1_795_255_230,
    want: false,
  },
  {
    label: "of another body",
    secret: "ségredo",
    body: `${BODY} `,
    seconds: 1_795_255_230,
    want: false,
  },
  { label: "that is old", secret: "ségredo", body: BODY, seconds: 1_795_256_000, want: false },
] as const;

let folder = "";
const example = async (language: string): Promise<string> => {
  const document = await readFile("docs/http-backend.md", "utf8");
  const [, code = ""] = document.split(`\n\`\`\`${language}\n`)[1]?.match(/^([\s\S]*?)\n```/) ?? [];
  return code;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ponte-sign-"));
});

afterAll(() => rm(folder, { recursive: true }));

describe("the examples of docs/http-backend.md", () => {
  const headers = signHeaders(BODY, ID, NOW, "ségredo");
  const calls = JSON.stringify({ headers, cases: CASES });
  const want = [...CASES.map((one) => one.want), false];

  test("in Node", async () => {
    await writeFile(join(folder, "example.mjs"), await example("js"));
    const script = `
      import { isOurs } from ${JSON.stringify(pathToFileURL(join(folder, "example.mjs")).href)};
      const { headers, cases } = JSON.parse(process.argv[1]);
      const said = cases.map(({ secret, body, seconds }) =>
        isOurs(headers, Buffer.from(body), secret, seconds * 1000));
      console.log(JSON.stringify([...said, isOurs({}, Buffer.from(""), "s")]));`;
    const args = ["--input-type=module", "-e", script, calls];
    const { stdout } = await run(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual(want);
  });

  test("in Python, where there is one", async () => {
    const hasPython = await run("python3", ["--version"]).then(
      () => true,
      () => false,
    );
    if (!hasPython) return;
    await writeFile(join(folder, "example.py"), await example("python"));
    const script = `
import json, sys
sys.path.insert(0, ${JSON.stringify(folder)})
from example import is_ours
calls = json.loads(sys.argv[1])
said = [is_ours(calls["headers"], one["body"].encode(), one["secret"], one["seconds"]) for one in calls["cases"]]
print(json.dumps(said + [is_ours({}, b"", "s")]))`;
    const { stdout } = await run("python3", ["-c", script, calls]);
    expect(JSON.parse(stdout)).toEqual(want);
  });
});
