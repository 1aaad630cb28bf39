import type { Channel } from "../channels/channel.ts";
import { renderContent, type RenderedContent } from "../flow/render-content.ts";
import type { ResolveTemplate } from "../flow/resolve-template.ts";
import type { Address } from "../messages.ts";
import { fillContent, type SendContent } from "../send-content.ts";
import { type Fault, UnsendableRequest } from "./unsendable.ts";

/** A content that is to be sent on a channel. */
export interface ContentRequest {
  readonly content: SendContent;
  /** What stands for its placeholders. */
  readonly values: Readonly<Record<string, string>>;
  /** The language of a template that names none. */
  readonly language: string | undefined;
  /** Where it stands in the request. */
  readonly path: Fault["path"];
}

/** A content that is ready for one person, with what it was made from. */
export interface PreparedContent extends RenderedContent {
  readonly content: SendContent;
  /** The provider's word for the kind of template; null where it is none or nobody knows. */
  readonly category: string | null;
}

/** A channel with its name. */
export interface NamedChannel {
  readonly name: string;
  readonly channel: Channel;
}

/**
 * Makes the messages of a content for one person: placeholders filled, its template checked, rendered for the channel. Throws
 * `UnsendableRequest` where nothing can come of it, and `store_*`.
 */
export async function prepareContent(
  resolveTemplate: ResolveTemplate,
  { name, channel }: NamedChannel,
  to: Address,
  request: ContentRequest,
  messageId: string,
): Promise<PreparedContent> {
  const { path } = request;
  const fail = (details: readonly string[]): never => {
    throw new UnsendableRequest(details.map((detail) => ({ path: at(path, request), detail })));
  };
  const { content: filled, missing } = fillContent(request.content, request.values);
  if (missing.length > 0) return fail(missing.map((key) => `there is no value for {{${key}}}`));
  const resolved = await resolve(resolveTemplate, name, filled, request.language);
  if (resolved.problems.length > 0) return fail(resolved.problems);
  const rendered = renderContent(channel, resolved.content, to, messageId);
  if (rendered.rows.length === 0)
    return fail(["nothing of it can be sent", ...rendered.notes.map(({ detail }) => detail)]);
  return { ...rendered, ...resolved, notes: [...resolved.notes, ...rendered.notes] };
}

/** The key that gave the content. */
function at(path: Fault["path"], { content }: ContentRequest): Fault["path"] {
  return [...path, ...Object.keys(content).slice(0, 1)];
}

interface Resolved extends Pick<PreparedContent, "content" | "category" | "notes"> {
  readonly problems: readonly string[];
}

async function resolve(
  resolveTemplate: ResolveTemplate,
  channel: string,
  content: SendContent,
  language: string | undefined,
): Promise<Resolved> {
  if (!("template" in content)) return { content, category: null, notes: [], problems: [] };
  const { template } = content;
  const chosen = template.language ?? language;
  const asked = { ...template, ...(chosen !== undefined && { language: chosen }) };
  const resolved = await resolveTemplate(channel, asked);
  if (resolved.kind === "refused")
    return { content, category: null, notes: [], problems: resolved.problems };
  return {
    content: { template: resolved.request },
    category: resolved.category,
    notes: resolved.warnings.map((detail) => ({ code: "template_warning", detail })),
    problems: [],
  };
}
