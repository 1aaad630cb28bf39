import type { ServerResponse } from "node:http";
import { z } from "zod";
import { errorBody, refuse, type GraphCall, type GraphRules, type Refusal } from "./graph-rules.ts";
import { checkNewTemplate, type GraphTemplate } from "./graph-template-rules.ts";

/** Something else than the usual answer to the next call about templates. */
export type ShelfFault =
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly code: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "raw"; readonly status: number; readonly body: string }
  | { readonly kind: "reset" }
  /** The usual answer, with headers that say how much of the allowance is used. */
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> };

/** The templates of one business account. */
export interface TemplateShelf {
  readonly businessAccount: string;
  readonly templates: GraphTemplate[];
  /** Calls as they came: the method and the query. */
  readonly calls: string[];
  readonly faults: ShelfFault[];
  /** Refusals by its rules, not by a scripted fault. */
  readonly refusals: Refusal[];
}

export function createShelf(
  businessAccount: string,
  templates: readonly GraphTemplate[] = [],
): TemplateShelf {
  return {
    businessAccount,
    templates: templates.map((one) => ({ ...one })),
    calls: [],
    faults: [],
    refusals: [],
  };
}

/** Templates on a page, by default and at most. Source: Graph API reference, paging. */
const PAGE = { default: 25, most: 250 } as const;

const FIELDS = [
  "id",
  "name",
  "language",
  "status",
  "category",
  "parameter_format",
  "components",
  "quality_score",
  "rejected_reason",
];

const listQuery = z.strictObject({
  fields: z
    .string()
    .transform((fields) => fields.split(","))
    .refine((fields) => fields.every((field) => FIELDS.includes(field)), "unknown field")
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE.most).default(PAGE.default),
  after: z.string().optional(),
  name: z.string().optional(),
  status: z.string().optional(),
  language: z.string().optional(),
});

const removeQuery = z.strictObject({ name: z.string().min(1), hsm_id: z.string().optional() });

type Answer = Refusal | { readonly kind: "answer"; readonly body: object };

/** Serves a call about templates; undefined for any other call. */
export function serveTemplates(
  shelf: TemplateShelf,
  call: GraphCall,
  rules: GraphRules,
  origin: string,
): ((response: ServerResponse) => void) | undefined {
  const url = new URL(call.path, origin);
  if (!url.pathname.endsWith("/message_templates")) return undefined;
  shelf.calls.push(`${call.method} ${url.search}`);
  const fault = shelf.faults.shift();
  if (fault?.kind === "reset") return (response) => void response.destroy();
  if (fault?.kind === "raw") return (response) => write(response, fault.status, fault.body);
  if (fault?.kind === "refuse") {
    const body = errorBody({ message: "Scripted", code: fault.code }, "AStandInTrace");
    return (response) => write(response, fault.status, body, fault.headers);
  }
  const answer = answerTo(shelf, call, rules, url);
  return (response) => {
    if (answer.kind === "answer") {
      write(response, 200, JSON.stringify(answer.body), fault?.headers);
      return;
    }
    shelf.refusals.push(answer);
    write(response, answer.status, errorBody(answer, "AStandInTrace"));
  };
}

function answerTo(shelf: TemplateShelf, call: GraphCall, rules: GraphRules, url: URL): Answer {
  if (call.authorization !== `Bearer ${rules.token}`)
    return refuse(401, 190, "Error validating access token");
  if (url.pathname !== `/${rules.apiVersion}/${shelf.businessAccount}/message_templates`)
    return refuse(400, 100, "(#100) Unknown path components");
  const query = Object.fromEntries(url.searchParams);
  switch (call.method) {
    case "GET":
      return list(shelf, query, url);
    case "POST":
      return create(shelf, call);
    case "DELETE":
      return remove(shelf, query);
    default:
      return refuse(400, 100, "(#100) Unsupported request");
  }
}

function list(shelf: TemplateShelf, raw: object, url: URL): Answer {
  const query = listQuery.safeParse(raw);
  if (!query.success)
    return refuse(400, 100, "(#100) Invalid parameter", z.prettifyError(query.error));
  const {
    fields = ["id", "name", "language", "status", "category", "components"],
    limit,
    after,
  } = query.data;
  const found = shelf.templates.filter((one) =>
    (["name", "status", "language"] as const).every(
      (key) => query.data[key] === undefined || query.data[key] === one[key],
    ),
  );
  const start = after === undefined ? 0 : found.findIndex(({ id }) => cursorOf(id) === after) + 1;
  if (after !== undefined && start === 0) return refuse(400, 100, "(#100) Invalid cursor");
  const page = found.slice(start, start + limit);
  const last = page.at(-1)?.id ?? "";
  const next = new URL(url);
  next.searchParams.set("after", cursorOf(last));
  const data = page.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([key]) => fields.includes(key) || key === "id")),
  );
  const cursors = { before: cursorOf(page[0]?.id ?? ""), after: cursorOf(last) };
  const more = start + limit < found.length ? { next: next.href } : {};
  const paging = page.length === 0 ? {} : { paging: { cursors, ...more } };
  return { kind: "answer", body: { data, ...paging } };
}

const cursorOf = (id: string): string => Buffer.from(`cursor:${id}`).toString("base64");

function create(shelf: TemplateShelf, { body, contentType }: GraphCall): Answer {
  if (contentType !== "application/json")
    return refuse(400, 100, "(#100) The content type must be application/json");
  const checked = checkNewTemplate(parse(body), shelf.templates);
  if ("kind" in checked) return checked;
  const id = String(1_600_000_000_000_000 + shelf.templates.length);
  shelf.templates.push({ ...checked, id, status: "PENDING" });
  return { kind: "answer", body: { id, status: "PENDING", category: checked.category } };
}

function remove(shelf: TemplateShelf, raw: object): Answer {
  const query = removeQuery.safeParse(raw);
  if (!query.success) return refuse(400, 100, "(#100) Invalid parameter");
  const { name, hsm_id: id } = query.data;
  const found = shelf.templates.filter(
    (one) => one.name === name && (id === undefined || one.id === id),
  );
  if (found.length === 0) return refuse(400, 100, "(#100) Message template not found");
  if (found.some(({ status }) => status === "DISABLED"))
    return refuse(400, 100, "(#100) A disabled template cannot be deleted");
  for (const one of found) shelf.templates.splice(shelf.templates.indexOf(one), 1);
  return { kind: "answer", body: { success: true } };
}

function parse(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    return undefined;
  }
}

function write(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8", ...headers });
  response.end(body);
}
