import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export type Tone = "neutral" | "good" | "warning" | "bad" | "info";

interface TagProps {
  readonly tone?: Tone;
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}

/** A state in a word; the colour only repeats it. */
export function Tag({ tone = "neutral", icon, children }: TagProps) {
  return (
    <span class={`tag tag-${tone}`}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}
