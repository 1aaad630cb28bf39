import { shell } from "../../i18n/shell.ts";
import { Empty } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";

export function EventsPage(_props: { readonly id?: string }) {
  return (
    <Page title={shell("events")}>
      <Empty />
    </Page>
  );
}
