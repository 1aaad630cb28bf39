import { readdirSync, readFileSync } from "node:fs";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";
import type { Subject } from "./subjects.ts";

/** A body to send, and what repeats it. */
export interface FuzzedBody {
  /** The file in the corpus, or seed and number: `bodyAt` makes the same of it anywhere. */
  readonly origin: string;
  readonly rawBody: Buffer;
}

/** Bytes of the longest body: a few times what a batch of Event Grid has. How long huge ones take is another fault's. */
const MAX_BYTES = 256 * 1024;

/** The body with a number: always the same for a seed. */
export function bodyAt(subject: Subject, seed: string, number: number): FuzzedBody {
  const origin = `${subject.name} ${seed} ${String(number)}`;
  const random = createRandom(origin);
  for (;;) {
    const rawBody = mutate(random.pick(subject.seeds), random);
    if (rawBody.length <= MAX_BYTES) return { origin, rawBody };
  }
}

/** The corpus of a channel: bodies that once broke something. A folder that is not there is an empty one. */
export function listCorpus({ name }: Subject): readonly FuzzedBody[] {
  const folder = new URL(`corpus/${name}/`, import.meta.url);
  return listFiles(folder).map((file) => ({
    origin: `corpus/${name}/${file}`,
    rawBody: readFileSync(new URL(file, folder)),
  }));
}

function listFiles(folder: URL): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
