import { shell } from "../../i18n/shell.ts";
import { Empty } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";

export function DeadLettersPage() {
  return (
    <Page title={shell("dead_letters")}>
      <Empty />
    </Page>
  );
}
