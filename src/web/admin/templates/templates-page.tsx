import { shell } from "../../i18n/shell.ts";
import { Empty } from "../../shared/ui/states.tsx";
import { Page } from "../page.tsx";

export function TemplatesPage(_props: { readonly id?: string }) {
  return (
    <Page title={shell("templates")}>
      <Empty />
    </Page>
  );
}
