import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { SafeText } from "../shared/ui/safe-text.tsx";

interface PageProps {
  /** May be somebody else's, such as a campaign's name. */
  readonly title: string;
  /** One line under the title. */
  readonly intro?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of one page: its title is the document's title too, and gets the focus when somebody comes here. */
export function Page({ title, intro, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Ponte`;
  }, [title]);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>
            <SafeText text={title} />
          </h1>
          {intro !== undefined && <p class="page-intro">{intro}</p>}
        </div>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
