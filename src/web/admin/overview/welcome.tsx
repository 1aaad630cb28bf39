import { overview } from "../../i18n/overview.ts";
import { may, session } from "../../shared/session.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";

interface WayProps {
  readonly icon: IconName;
  readonly href: string;
  readonly title: string;
  readonly detail: string;
}

function Way({ icon, href, title, detail }: WayProps) {
  return (
    <li>
      <a class="card ov-way" href={href}>
        <span class="state-picture">
          <Icon name={icon} size={26} />
        </span>
        <strong>{title}</strong>
        <span class="hint">{detail}</span>
      </a>
    </li>
  );
}

/** What to do where nothing has happened yet. */
export function Welcome() {
  const hasSimulator = session.value?.simulator !== null && may("simulator:write");
  return (
    <section class="ov-welcome" aria-labelledby="welcome">
      <h2 id="welcome">{overview("welcome_title")}</h2>
      <p>{overview("welcome_intro")}</p>
      <ul class="ov-ways">
        {hasSimulator && (
          <Way
            icon="phone"
            href="/simulator"
            title={overview("welcome_simulator")}
            detail={overview("welcome_simulator_detail")}
          />
        )}
        {may("channels:read") && (
          <Way
            icon="channels"
            href="/admin/channels"
            title={overview("welcome_number")}
            detail={overview("welcome_number_detail")}
          />
        )}
        <Way
          icon="book"
          href="/docs"
          title={overview("welcome_api")}
          detail={overview("welcome_api_detail")}
        />
      </ul>
    </section>
  );
}
