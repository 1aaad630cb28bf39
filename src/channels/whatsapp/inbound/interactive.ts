import { z } from "zod";
import type { Content } from "../../../messages.ts";
import { storableData, storableRecord } from "../../../storable.ts";
import {
  anything,
  FORM_MAX_DEPTH,
  isRecord,
  optionalText,
  present,
  readTime,
  text,
} from "./fields.ts";
import type { Reading } from "./content.ts";

const choiceSchema = z.object({
  id: optionalText,
  title: optionalText,
  description: optionalText,
});

const formSchema = z.object({ name: optionalText, response_json: text });

const permissionSchema = z.object({ response: text, expiration_timestamp: anything });

const interactiveSchema = z.object({
  button_reply: choiceSchema.optional().catch(undefined),
  list_reply: choiceSchema.optional().catch(undefined),
  nfm_reply: formSchema.optional().catch(undefined),
  call_permission_reply: permissionSchema.optional().catch(undefined),
});

/** Reads what a person did with an interactive message. It has come without any content, beside an error. */
export function readInteractive(part: unknown): Reading | undefined {
  const parsed = interactiveSchema.safeParse(part);
  if (!parsed.success) return undefined;
  const reply = parsed.data;
  if (reply.button_reply !== undefined) return readChoice("button", reply.button_reply);
  if (reply.list_reply !== undefined) return readChoice("list", reply.list_reply);
  if (reply.nfm_reply !== undefined) return { content: readForm(reply.nfm_reply), text: "" };
  if (reply.call_permission_reply === undefined) return undefined;
  return { content: readPermission(reply.call_permission_reply), text: "" };
}

function readChoice(
  source: "button" | "list",
  choice: z.output<typeof choiceSchema>,
): Reading | undefined {
  const payload = choice.id ?? choice.title;
  if (payload === undefined) return undefined;
  const title = choice.title ?? payload;
  const { description } = choice;
  return {
    content: present({ type: "choice", source, payload, title, description }),
    text: payload,
  };
}

function readForm(form: z.output<typeof formSchema>): Content {
  return present({ type: "form", name: form.name, answers: readAnswers(form.response_json) });
}

/** The answers come as JSON in a string, which has been something else than an object. */
function readAnswers(json: string): Record<string, unknown> {
  try {
    const answers: unknown = JSON.parse(json);
    return isRecord(answers)
      ? storableRecord(answers, FORM_MAX_DEPTH)
      : { response: storableData(answers) };
  } catch {
    return { response: json };
  }
}

function readPermission(permission: z.output<typeof permissionSchema>): Content {
  const expiresAt = readTime(permission.expiration_timestamp);
  return present({ type: "call_permission", response: permission.response, expiresAt });
}
