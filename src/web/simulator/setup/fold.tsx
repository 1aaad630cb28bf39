import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";

interface FoldProps {
  readonly title: string;
  readonly icon: IconName;
  readonly children: ComponentChildren;
}

/** A part that is opened when it is wanted. */
export function Fold({ title, icon, children }: FoldProps) {
  return (
    <details class="fold">
      <summary>
        <Icon name={icon} size={18} />
        <span>{title}</span>
        <Icon name="down" size={14} />
      </summary>
      <div class="fold-inside">{children}</div>
    </details>
  );
}
