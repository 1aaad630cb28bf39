import { SafeText } from "../ui/safe-text.tsx";
import type { Bubble } from "./bubble.ts";

interface BubbleViewProps {
  readonly bubble: Bubble;
  readonly direction: "in" | "out";
  /** What a tap on a button or a row does; without it nothing can be tapped. */
  readonly onTap?: (tapped: {
    readonly source: "button" | "list" | "template_button";
    readonly id: string;
    readonly title: string;
    readonly description?: string;
  }) => void;
}

/** Draws one message. */
export function BubbleView({ bubble, direction }: BubbleViewProps) {
  return (
    <div class={`bubble bubble-${direction}`}>
      <SafeText text={bubble.text} />
    </div>
  );
}
