import { useMemo, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { SafePieces } from "../ui/safe-text.tsx";
import { type Block, type Marked, readBlocks } from "./marks.ts";

/** Characters of a message shown before somebody asks for the rest. */
const SHORT = 4_000;

/** Cuts a text, but no character in two. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, "");
}

/** A message's text as a phone shows it: isolated, with its marks obeyed and hidden characters named. */
export function MarkedText({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false);
  const shown = text.length > SHORT && !isWhole ? cut(text, SHORT) : text;
  const blocks = useMemo(() => readBlocks(shown), [shown]);
  return (
    <bdi class="safe-text bubble-text">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
      {shown.length < text.length && (
        <button type="button" class="link-button" onClick={() => setWhole(true)}>
          … {common("truncated", { count: text.length - shown.length })}
        </button>
      )}
    </bdi>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "code":
      return (
        <code class="bubble-code">
          <SafePieces text={block.text} />
        </code>
      );
    case "item":
      return (
        <span class="bubble-item">
          <span class="bubble-sign">{block.sign}</span>
          <span>
            <Parts parts={block.parts} />
          </span>
        </span>
      );
    case "line":
    case "quote":
      return (
        <span class={`bubble-${block.kind}`}>
          {block.parts.length === 0 ? "\u00a0" : <Parts parts={block.parts} />}
        </span>
      );
  }
}

function Parts({ parts }: { readonly parts: readonly Marked[] }) {
  return (
    <>
      {parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </>
  );
}

function Part({ part }: { readonly part: Marked }) {
  switch (part.kind) {
    case "text":
      return <SafePieces text={part.text} />;
    case "code":
      return (
        <code>
          <SafePieces text={part.text} />
        </code>
      );
    case "bold":
      return (
        <strong>
          <Parts parts={part.parts} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <Parts parts={part.parts} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Parts parts={part.parts} />
        </s>
      );
  }
}
