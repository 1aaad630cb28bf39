import { signal } from "@preact/signals";
import { ApiProblem, get, type PageOf } from "../../shared/api.ts";
import type { Message } from "../../shared/api-types.ts";
import type { Template } from "./wire.ts";

/** The templates of each line, once a message made from one is seen. */
const known = signal<ReadonlyMap<string, readonly Template[]>>(new Map());

const asked = new Set<string>();

async function read(channel: string): Promise<void> {
  try {
    const { data } = await get<PageOf<Template>>("/templates", { channel, limit: 100 });
    known.value = new Map(known.peek()).set(channel, data);
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem)) throw thrown;
    // The message is shown without it; it is asked for again with the next one.
    asked.delete(channel);
  }
}

/** The template that a message was made from; undefined where it was made from none, and until it is known. */
export function templateOf(message: Message): Template | undefined {
  const { channel, template_name: name, template_language: language } = message;
  if (name === null) return undefined;
  if (!asked.has(channel)) {
    asked.add(channel);
    void read(channel);
  }
  return known.value
    .get(channel)
    ?.find((one) => one.name === name && (language === null || one.language === language));
}
