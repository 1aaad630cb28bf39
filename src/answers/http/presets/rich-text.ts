import { z } from "zod";

/** Levels of nesting that are read: no text of a person's making is deeper. */
const MAX_DEPTH = 16;

const mark = z.boolean().catch(false).default(false);

/** One node of Typebot's editor: a piece of text with its marks, or a block or link with what is in it. */
const node = z.object({
  type: z.string().catch(""),
  text: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
  bold: mark,
  italic: mark,
  strikethrough: mark,
  code: mark,
  children: z.array(z.unknown()).catch([]),
});

type RichNode = z.infer<typeof node>;

/** Blocks that stand on a line of their own. */
const BLOCKS = /^(?:p|h[1-6]|blockquote|li|lic|ul|ol)$/;

/** Writes a rich text with the marks of WhatsApp. Anything that is no rich text is left out. */
export function writeRichText(nodes: unknown): string {
  return writeAll(nodes, MAX_DEPTH).trim();
}

function writeAll(nodes: unknown, depth: number): string {
  if (!Array.isArray(nodes) || depth === 0) return "";
  const known = nodes.flatMap((item) => node.safeParse(item).data ?? []);
  const parts = known.map((one) => ({ isBlock: BLOCKS.test(one.type), text: write(one, depth) }));
  return parts
    .map(({ isBlock, text }, index) => (isBlock && index > 0 ? `\n${text}` : text))
    .join("");
}

function write(one: RichNode, depth: number): string {
  if (one.text !== undefined) return withMarks(one.text, one);
  const inner = () => writeAll(one.children, depth - 1);
  switch (one.type) {
    case "a":
      return writeLink(inner(), one.url ?? "");
    case "ul":
      return writeItems(one, depth, () => "- ");
    case "ol":
      return writeItems(one, depth, (index) => `${index + 1}. `);
    case "blockquote":
      return `> ${inner()}`;
    default:
      return inner();
  }
}

function writeItems(list: RichNode, depth: number, bullet: (index: number) => string): string {
  return list.children
    .map((item, index) => `${bullet(index)}${writeAll([item], depth - 1)}`)
    .join("\n");
}

function writeLink(label: string, url: string): string {
  if (url === "" || label === url) return label;
  return label.trim() === "" ? url : `${label} (${url})`;
}

/** A mark beside a space shows as the character it is, so the spaces stay outside. */
function withMarks(text: string, { bold, italic, strikethrough, code }: RichNode): string {
  const core = text.trim();
  if (core === "") return text;
  const marks = [code && "```", strikethrough && "~", italic && "_", bold && "*"].filter(
    (sign) => sign !== false,
  );
  const marked = marks.reduce((inner, sign) => `${sign}${inner}${sign}`, core);
  return text.replace(core, () => marked);
}
