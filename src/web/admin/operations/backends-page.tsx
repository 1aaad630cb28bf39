import { useState } from "preact/hooks";
import { operations } from "../../i18n/operations.ts";
import { shell } from "../../i18n/shell.ts";
import { get, type PageOf } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { Empty, Loaded } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";
import { BackendCard } from "./backend-card.tsx";
import { TryDialog } from "./try-dialog.tsx";
import type { Backend } from "./types.ts";

const POLL_MS = 10_000;

/** Who answers, and how they fare. */
export function BackendsPage() {
  const backends = useResource<PageOf<Backend>>(
    "backends",
    (signal) => get("/backends", {}, signal),
    { pollMs: POLL_MS },
  );
  const [tried, setTried] = useState<string>();
  return (
    <Page title={shell("backends")} intro={operations("backends_intro")}>
      <Loaded from={backends}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty
              title={operations("backends_empty")}
              detail={operations("backends_empty_detail")}
              icon="backends"
            />
          ) : (
            <>
              <ul class="cards">
                {data.map((backend, index) => (
                  <li key={backend.name}>
                    <BackendCard
                      backend={backend}
                      position={index + 1}
                      onTry={() => setTried(backend.name)}
                    />
                  </li>
                ))}
              </ul>
              <p class="hint">{operations("this_process")}</p>
            </>
          )
        }
      </Loaded>
      {tried !== undefined && <TryDialog name={tried} onClose={() => setTried(undefined)} />}
    </Page>
  );
}
