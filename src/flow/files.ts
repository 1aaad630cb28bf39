import { randomUUIDv7, createHash } from "node:crypto";
import type { FileBytes, QuestionFile } from "../answers/backend.ts";
import type { MediaReference } from "../channels/media-source.ts";
import type { MediaSettings } from "../config/settings.ts";
import type { Database } from "../db/driver.ts";
import type { InboxRow } from "../db/mailbox.ts";
import {
  announceFile,
  type FileOwner,
  findFile,
  readWebhookOf,
  settleFile,
} from "../db/media-files.ts";
import { BridgeError } from "../errors.ts";
import { fileNameFor } from "../media/file-name.ts";
import type { Links } from "../media/links.ts";
import { isRefused, sniff } from "../media/sniff.ts";
import { keyOf, type MediaStore } from "../media/store.ts";
import type { Content, MissingReason, StoredFile } from "../messages.ts";
import { backoff } from "./backoff.ts";
import type { CallTools } from "./call.ts";
import { fetchFile } from "./fetch-file.ts";
import { away, type Fetched, type Missing } from "./file-quest.ts";
import type { Observer } from "./observer.ts";
import { createSlots } from "./slots.ts";
import type { Turn } from "./turn.ts";

/** What the step must know of a turn. */
export type FileTurn = Pick<Turn, "channel" | "conversation" | "row" | "fails">;

/** How the step ends: the message with what is now known of its file, or the end of the turn. */
export type FileEnd =
  | { readonly kind: "ready"; readonly row: InboxRow }
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "lost" };

/** The step between a message with a file and the backend that is asked. */
export interface FileStep {
  /** Fetches and keeps the file, once: what became of it is written into the waiting message. */
  readonly fetch: (turn: FileTurn, signal: AbortSignal) => Promise<FileEnd>;
  /** Says where a backend finds the file of a message from now on; undefined where the message has none. */
  readonly describe: (content: Content) => QuestionFile | undefined;
  /** Reads the kept file of a message; undefined where there is none. Throws `store_unavailable`. */
  readonly read: (content: Content) => Promise<FileBytes | undefined>;
}

export interface FileDependencies {
  readonly db: Database;
  readonly store: MediaStore;
  readonly links: Links;
  /** The server's own address, known once it listens. */
  readonly baseUrl: () => string;
  readonly settings: Pick<
    MediaSettings,
    "enabled" | "maxBytes" | "fetchTimeoutMs" | "refusedTypes"
  >;
  readonly answers: { readonly maxAttempts: number; readonly retryBaseMs: number };
  readonly tools: CallTools;
  readonly observer: Observer;
}

/** Tries after the first, before the conversation goes on without the file. */
const RETRIES = 2;

/** Bytes of files held in memory at once, which bounds how many are fetched side by side. */
const HELD_BYTES = 256 * 1024 * 1024;
const MOST_AT_ONCE = 16;

/** Memory holds the whole file: those that are kept are no larger than `max_bytes`. */
async function readKept(
  { db, store }: FileDependencies,
  content: Content,
): Promise<FileBytes | undefined> {
  if (content.type !== "media" || content.file === undefined || "missing" in content.file) return;
  const { id, mimeType } = content.file;
  const key = (await findFile(db, id))?.storageKey;
  const stored = key === undefined || key === null ? undefined : await store.open(key);
  if (stored === undefined) return;
  const parts: Uint8Array[] = [];
  for await (const chunk of stored.chunks) parts.push(chunk);
  const fileName = fileNameFor(content.fileName, mimeType);
  return { bytes: Buffer.concat(parts), mimeType, fileName };
}

/** Builds the step. Trouble with a file never stops a conversation: after a few tries it goes on without. */
export function createFileStep(deps: FileDependencies): FileStep {
  const atOnce = Math.floor(HELD_BYTES / deps.settings.maxBytes);
  const slots = createSlots(Math.min(MOST_AT_ONCE, Math.max(1, atOnce)));
  return {
    fetch: async (turn, signal) => {
      const { content } = turn.row.message;
      if (content.type !== "media" || content.file !== undefined)
        return { kind: "ready", row: turn.row };
      const step = { deps, turn, media: content, signal };
      if (!deps.settings.enabled) return settle(step, { missing: "off" });
      return slots.run(() => obtain(step), signal);
    },
    read: (content) => readKept(deps, content),
    describe: (content) => {
      if (content.type !== "media" || content.file === undefined) return undefined;
      if ("missing" in content.file) return content.file;
      const { id, mimeType, sizeBytes, sha256 } = content.file;
      const { fileName } = content;
      const linked = { id, mimeType, ...(fileName !== undefined && { fileName }) };
      return {
        url: `${deps.baseUrl()}${deps.links.pathTo(linked)}`,
        mimeType,
        sizeBytes,
        sha256,
        fileName: fileNameFor(fileName, mimeType),
      };
    },
  };
}

interface Step {
  readonly deps: FileDependencies;
  readonly turn: FileTurn;
  readonly media: MediaReference;
  readonly signal: AbortSignal;
}

async function obtain(step: Step): Promise<FileEnd> {
  const fetched = await look(step);
  if (fetched.kind === "missing") return goWithout(step, fetched);
  const { media, deps } = step;
  const mimeType = await sniff(fetched.bytes, media);
  if (mimeType === "text/html" && media.mimeType !== "text/html") return goWithout(step, away);
  if (isRefused(mimeType, deps.settings.refusedTypes))
    return settle(step, { missing: "refused_type" });
  return keep(step, fetched.bytes, mimeType);
}

/** A channel that stumbles over an answer costs the file, not the message. */
async function look({ deps, turn, media, signal }: Step): Promise<Fetched> {
  const { message, id } = turn.row;
  const { maxBytes, fetchTimeoutMs } = deps.settings;
  try {
    return await fetchFile({
      channel: turn.channel,
      media,
      account: message.account,
      externalId: message.externalId,
      readWebhook: () => readWebhookOf(deps.db, id),
      tools: deps.tools,
      maxBytes,
      timeoutMs: fetchTimeoutMs,
      signal,
    });
  } catch (thrown) {
    if (signal.aborted || isStoreTrouble(thrown)) throw thrown;
    deps.observer.problem("a file could not be read from its provider", thrown);
    return away;
  }
}

function isStoreTrouble(thrown: unknown): boolean {
  return thrown instanceof BridgeError && thrown.code.startsWith("store_");
}

/** The last try of a turn belongs to the backend. */
async function goWithout(
  step: Step,
  { reason, transient }: Omit<Missing, "kind">,
): Promise<FileEnd> {
  const { deps, turn } = step;
  const { maxAttempts, retryBaseMs } = deps.answers;
  if (transient && turn.fails < RETRIES && turn.fails + 2 < maxAttempts)
    return { kind: "retry", delayMs: backoff(turn.fails + 1, retryBaseMs) };
  return settle(step, { missing: reason });
}

/** The row comes first: bytes without one would never be deleted. */
async function keep(step: Step, bytes: Buffer, mimeType: string): Promise<FileEnd> {
  const { deps, turn, media } = step;
  const id = randomUUIDv7();
  const sizeBytes = bytes.length;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const facts = { mimeType, sizeBytes, sha256, fileName: media.fileName ?? null };
  const place = { id, storageKey: keyOf(id), ...facts };
  const row = await announceFile(deps.db, ownerOf(turn), place);
  if (row === undefined) return { kind: "lost" };
  try {
    await deps.store.put(row.storageKey, bytes, mimeType);
  } catch (error) {
    if (!isStoreTrouble(error)) throw error;
    deps.observer.problem("a file could not be kept", error);
    return goWithout(step, { reason: "unavailable", transient: true });
  }
  return settle(step, { id: row.id, mimeType, sizeBytes, sha256 });
}

async function settle(
  { deps, turn, media }: Step,
  file: StoredFile | { readonly missing: MissingReason },
): Promise<FileEnd> {
  if (!(await settleFile(deps.db, ownerOf(turn), file))) return { kind: "lost" };
  const { row, conversation } = turn;
  const became = "missing" in file ? file.missing : "kept";
  deps.observer.event(conversation.channel, `file_${became}`);
  const message = { ...row.message, content: { ...media, file } };
  return { kind: "ready", row: { ...row, message } };
}

function ownerOf({ conversation, row }: FileTurn): FileOwner {
  return {
    conversationId: conversation.id,
    lease: conversation.lease,
    inboxId: row.id,
    messageId: row.messageId,
    channel: conversation.channel,
    account: conversation.account,
  };
}
