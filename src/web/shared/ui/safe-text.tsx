import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";

/**
 * Characters that change how others look without being seen: directions, joiners, spaces of no width, tags. The joiner of
 * emoji is left alone between two pictures.
 */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d|[\u{e0000}-\u{e007f}]/gu;

/** Characters shown of one text before somebody asks for the rest. */
const SHORT = 4_000;

const codeOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

interface Piece {
  readonly text: string;
  /** The code point, where it is a character that nobody would see. */
  readonly hidden?: string;
}

/** Divides a text at its hidden characters. */
function markHidden(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    if (index > end) pieces.push({ text: text.slice(end, index) });
    pieces.push({ text: "", hidden: codeOf(character) });
    end = index + character.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/**
 * Text that somebody else wrote: isolated, so that its direction turns nothing around it, with hidden characters marked
 * and not obeyed, and cut where it is very long.
 */
export function SafeText({ text, max = SHORT }: { readonly text: string; readonly max?: number }) {
  const [isWhole, setWhole] = useState(false);
  const characters = text.length > max && !isWhole ? text.slice(0, max) : text;
  return (
    <bdi class="safe-text">
      <SafePieces text={characters} />
      {characters.length < text.length && (
        <button type="button" class="link-button" onClick={() => setWhole(true)}>
          … {common("truncated", { count: text.length - characters.length })}
        </button>
      )}
    </bdi>
  );
}

/** The same within a text that is isolated already. */
export function SafePieces({ text }: { readonly text: string }) {
  return (
    <>
      {markHidden(text).map((piece, index) =>
        piece.hidden === undefined ? (
          piece.text
        ) : (
          <span
            key={index}
            class="hidden-character"
            title={common("hidden_character", { code: piece.hidden })}
          >
            {piece.hidden}
          </span>
        ),
      )}
    </>
  );
}
