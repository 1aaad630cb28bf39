import { mkdirSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { describeMachine } from "./machine.ts";

/** A part of a document under `docs/proof/`. */
export interface ProofSection {
  readonly title: string;
  /** Markdown, a line each. */
  readonly lines: readonly string[];
}

/** A document of `docs/proof/`: figures that anyone can obtain again. */
export interface ProofDocument {
  /** The file's name without `.md`. */
  readonly name: string;
  readonly title: string;
  /** What was run to obtain everything in it. */
  readonly command: string;
  readonly introduction: readonly string[];
  readonly sections: readonly ProofSection[];
}

const FOLDER = new URL("../../docs/proof/", import.meta.url);

/** The whole text, with the command and the machine on top. */
export function proofText({
  title,
  command,
  introduction,
  sections,
}: ProofDocument): Promise<string> {
  const facts = [`Command: \`${command}\``, ...describeMachine()];
  const text = [
    `# ${title}`,
    "",
    ...introduction,
    "",
    ...facts.map((fact) => `- ${fact}`),
    ...sections.flatMap((section) => ["", `## ${section.title}`, "", ...section.lines]),
    "",
  ].join("\n");
  return format(text, { parser: "markdown" });
}

/** Writes a document, in the place of the one of the last run. */
export async function writeProof(document: ProofDocument): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL(`${document.name}.md`, FOLDER), await proofText(document));
}

/** A Markdown table; a bar in a cell is kept from ending it. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", String.raw`\|`)).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
