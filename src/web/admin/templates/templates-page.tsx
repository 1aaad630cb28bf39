import { TemplateList } from "./template-list.tsx";
import { TemplatePage } from "./template-page.tsx";

/** The templates of the providers: all of them, or one. */
export function TemplatesPage({ id }: { readonly id?: string }) {
  return id === undefined ? <TemplateList /> : <TemplatePage key={id} id={id} />;
}
