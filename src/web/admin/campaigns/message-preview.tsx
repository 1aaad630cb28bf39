import { useResource } from "../../shared/resource.ts";
import { BubbleView } from "../../shared/bubble/bubble-view.tsx";
import { templates as templateTexts } from "../../i18n/templates.ts";
import { ApiProblem } from "../../shared/api.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { readTemplates } from "../templates/all-templates.ts";
import { PhoneFrame } from "../templates/phone-frame.tsx";
import { TemplateBubble } from "../templates/template-bubble.tsx";
import type { Template } from "../templates/types.ts";
import { type CampaignMessage, readMessage } from "./message.ts";

interface MessagePreviewProps {
  readonly channel: string;
  readonly message: Readonly<Record<string, unknown>>;
  /** Values that are the same for everybody. */
  readonly values?: Readonly<Record<string, string>>;
}

/** What a campaign says, on a phone; placeholders without a value stay as they are. */
export function MessagePreview({ channel, message, values = {} }: MessagePreviewProps) {
  const said = readMessage(message);
  if (said.kind === "template")
    return <TemplateMessage channel={channel} said={said} values={values} />;
  return (
    <PhoneFrame label={templateTexts("preview")}>
      <BubbleView bubble={{ text: said.text, buttons: said.buttons, links: [] }} direction="out" />
    </PhoneFrame>
  );
}

/** The template of a message as the provider keeps it; undefined where there is none, or several and no language. */
export function findTemplate(
  rows: readonly Template[],
  { name, language }: { readonly name: string; readonly language?: string | undefined },
): Template | undefined {
  const named = rows.filter((row) => row.name === name);
  if (language === undefined) return named.length === 1 ? named[0] : undefined;
  const bare = language.replace("-", "_");
  return named.find((row) => row.language === bare) ?? named.find((row) => row.language === "");
}

/** The templates of a name; none where the caller may not see templates. */
export function useTemplatesNamed(channel: string, name: string | undefined) {
  return useResource(`named ${channel} ${name ?? ""}`, async (signal) => {
    if (name === undefined) return [];
    try {
      return (await readTemplates({ channel, name }, signal)).rows;
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.status === 403) return [];
      throw thrown;
    }
  });
}

interface TemplateMessageProps {
  readonly channel: string;
  readonly said: Extract<CampaignMessage, { readonly kind: "template" }>;
  readonly values: Readonly<Record<string, string>>;
}

function TemplateMessage({ channel, said, values }: TemplateMessageProps) {
  const { name, filling } = said;
  const found = useTemplatesNamed(channel, name);
  const template = findTemplate(found.data ?? [], said);
  if (template === undefined)
    return (
      <PhoneFrame label={templateTexts("preview")}>
        <p class="hint">
          <SafeText text={name} />
        </p>
      </PhoneFrame>
    );
  const question = { ...filling, values };
  return <TemplateBubble id={template.id} name={name} question={question} isChecked={false} />;
}
