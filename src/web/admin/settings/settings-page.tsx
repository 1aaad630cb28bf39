import { shell } from "../../i18n/shell.ts";
import { Empty } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";

export function SettingsPage() {
  return (
    <Page title={shell("settings")}>
      <Empty />
    </Page>
  );
}
