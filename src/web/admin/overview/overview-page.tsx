import { shell } from "../../i18n/shell.ts";
import { Empty } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";

export function OverviewPage() {
  return (
    <Page title={shell("overview")}>
      <Empty />
    </Page>
  );
}
