import { z } from "zod";
import type { AccountState, ChannelEvent } from "../../../messages.ts";
import { anything, isRecord, optionalText } from "../../whatsapp/inbound/fields.ts";
import { putAside, type Scope } from "./scope.ts";
import type { EvolutionSettings } from "../settings.ts";

/** Why a connection ended for good. Source: Baileys, `DisconnectReason`. */
const REASONS: Readonly<Record<string, string>> = {
  "401": "logged out",
  "402": "account restricted",
  "403": "number banned or blocked",
  "406": "number temporarily banned",
  "408": "connection timed out",
  "428": "QR code limit reached",
};

const STATES: Readonly<Record<string, AccountState["state"]>> = {
  open: "connected",
  connecting: "connecting",
  close: "disconnected",
  closed: "disconnected",
  refused: "disconnected",
};

const connectionSchema = z.object({ state: z.string(), statusReason: anything });

/** Reads the data of `connection.update`. Source: Evolution API, Baileys service, connection.update. */
export function readConnection(raw: unknown, scope: Scope): ChannelEvent {
  const connection = connectionSchema.safeParse(raw).data;
  const state = stateOf(connection?.state);
  if (connection === undefined || state === undefined) {
    return putAside(scope, "connection.update that cannot be read");
  }
  const detail = state === "disconnected" ? reasonOf(connection.statusReason) : "";
  return { kind: "account", account: scope.account, state, detail };
}

/** What a server's word for the state of a connection means; undefined for a word that is none. */
export function stateOf(raw: unknown): AccountState["state"] | undefined {
  return typeof raw === "string" && Object.hasOwn(STATES, raw) ? STATES[raw] : undefined;
}

function reasonOf(raw: unknown): string {
  if (typeof raw !== "number" || !Number.isInteger(raw)) return "";
  const code = String(raw);
  return Object.hasOwn(REASONS, code) ? `${REASONS[code] ?? ""} (${code})` : `code ${code}`;
}

/** Reads the data of `qrcode.updated`, of which only this is told: that somebody has to scan, or that it is too late. */
export function readQrCode(raw: unknown, scope: Scope): ChannelEvent {
  const { account } = scope;
  if (!isRecord(raw)) return putAside(scope, "qrcode.updated without data");
  if (isRecord(raw["qrcode"])) {
    return { kind: "account", account, state: "connecting", detail: "waits for its QR code" };
  }
  return { kind: "account", account, state: "disconnected", detail: "QR code limit reached" };
}

const endSchema = z.object({ disconnectionReasonCode: anything });

/** Reads an event that says by its name alone that an instance is gone. */
export function readEnd(why: string, raw: unknown, { account }: Scope): ChannelEvent {
  const end = endSchema.safeParse(raw).data;
  const reason = reasonOf(end?.disconnectionReasonCode);
  const detail = reason === "" ? why : `${why}, ${reason}`;
  return { kind: "account", account, state: "disconnected", detail };
}

const errorSchema = z.object({ error: optionalText, status: anything });

/** Reads the webhook about a failure inside the server, which names no instance. Its words may hold anything, so they stay. */
export function readError(raw: unknown, { instances }: EvolutionSettings): ChannelEvent {
  const error = errorSchema.safeParse(raw).data;
  const status = typeof error?.status === "number" ? ` (${String(error.status)})` : "";
  return {
    kind: "notice",
    account: instances[0] ?? "",
    severity: "warning",
    topic: "server_error",
    detail: `Evolution API reports an error of its own${status}; its log says more`,
  };
}
