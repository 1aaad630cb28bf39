import { readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { z } from "zod";
import { CliError, EXIT, messageOf } from "../failure.ts";
import { parseJson } from "../api-answer.ts";

/** What the options of `ponte send` say that is to be sent. */
export interface ContentOptions {
  readonly text?: string | undefined;
  readonly template?: string | undefined;
  readonly lang?: string | undefined;
  readonly param?: readonly string[] | undefined;
  readonly file?: string | undefined;
}

const wrong = (message: string, advice: string) =>
  new CliError(message, { code: EXIT.usage, advice });

/** The content of a request, in the words of `POST /messages`. Throws a `CliError` where it is not exactly one. */
export async function readContent(
  options: ContentOptions,
  stdin: NodeJS.ReadableStream,
): Promise<Readonly<Record<string, unknown>>> {
  const { text, template, file, param = [], lang } = options;
  const given = [text, template, file].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw wrong(
      "say what is to be sent, once",
      "give --text, or --template with --lang and --param, or --file with a reply as JSON",
    );
  if (template === undefined && (param.length > 0 || lang !== undefined))
    throw wrong("--param and --lang belong to a template", "give --template, or leave them out");
  if (text !== undefined) return { text };
  if (file !== undefined) return readFile(file, stdin);
  return {
    template: {
      name: template,
      ...(lang !== undefined && { language: lang }),
      ...(param.length > 0 && { params: readParams(param) }),
    },
  };
}

/** `1=Ana 2=42` fills a template by position, `name=Ana` by name. Throws a `CliError` for anything between the two. */
function readParams(
  written: readonly string[],
): readonly string[] | Readonly<Record<string, string>> {
  const pairs = written.map((one) => {
    const at = one.indexOf("=");
    if (at > 0) return [one.slice(0, at), one.slice(at + 1)] as const;
    throw wrong(`--param ${one} gives no value`, "write --param name=value, or --param 1=value");
  });
  const names = pairs.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw wrong(`--param ${repeated} is given twice`, "give each parameter once");
  if (!names.some((name) => /^\d+$/.test(name))) return Object.fromEntries(pairs);
  const byPlace = new Map(pairs);
  const values = pairs.map((_, index) => byPlace.get(String(index + 1)));
  const complete = values.filter((value) => value !== undefined);
  if (complete.length === pairs.length) return complete;
  throw wrong(
    "parameters by position are counted from 1 without a gap, and have no names beside them",
    "write --param 1=… --param 2=…, or all of them by name",
  );
}

/** A reply in Rasa's words; or `text`, `reply` or `template` as the API takes them. `-` is standard input. */
async function readFile(
  file: string,
  stdin: NodeJS.ReadableStream,
): Promise<Readonly<Record<string, unknown>>> {
  const text = file === "-" ? await readAll(stdin) : readText(file);
  const value = z.record(z.string(), z.unknown()).safeParse(parseJson(text)).data;
  if (value === undefined)
    throw wrong(
      `${file} holds no JSON object`,
      'write a reply such as {"text": "Hi", "buttons": [{"title": "Yes", "payload": "/yes"}]}',
    );
  const { reply, template } = value;
  if (reply === undefined && template === undefined) return { reply: value };
  return { ...(reply !== undefined && { reply }), ...(template !== undefined && { template }) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw wrong(`${file} cannot be read (${messageOf(error)})`, "name a file that is there");
  }
}
