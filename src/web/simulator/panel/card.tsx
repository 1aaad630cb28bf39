import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";

interface CardProps {
  readonly title: string;
  readonly icon: IconName;
  /** What stands at the end of the title's line. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One step of a message's way. */
export function Card({ title, icon, aside, children }: CardProps) {
  return (
    <article class="card way-card" aria-label={title}>
      <header class="row spread">
        <h2>
          <Icon name={icon} size={16} /> {title}
        </h2>
        {aside !== undefined && <span class="row">{aside}</span>}
      </header>
      {children}
    </article>
  );
}

interface MoreProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** What is opened when somebody wants to know. */
export function More({ title, children }: MoreProps) {
  return (
    <details class="more">
      <summary>{title}</summary>
      {children}
    </details>
  );
}
