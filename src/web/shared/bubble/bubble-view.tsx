import type { ComponentChildren } from "preact";
import { bubble as words } from "../../i18n/bubble.ts";
import { Copy } from "../ui/copy.tsx";
import { Icon } from "../ui/icon.tsx";
import { SafeText } from "../ui/safe-text.tsx";
import { Tag } from "../ui/tag.tsx";
import type { Bubble, BubbleButton, BubbleCard, BubbleLocation } from "./bubble.ts";
import { ListView } from "./list-view.tsx";
import { MarkedText } from "./marked-text.tsx";
import { MediaView } from "./media-view.tsx";
import { OpenLink } from "./open-link.tsx";
import type { OnTap } from "./tap.ts";

interface BubbleViewProps {
  readonly bubble: Bubble;
  readonly direction: "in" | "out";
  /** What a tap on a button or a row does; without it nothing can be tapped. */
  readonly onTap?: OnTap | undefined;
  /** Loads files of this server at once; otherwise only when somebody wants to see one. */
  readonly eager?: boolean;
  /** What stands at the end of the bubble: the time and the ticks. */
  readonly foot?: ComponentChildren;
}

const OTHERS = [
  "form",
  "flow",
  "order",
  "call_permission",
  "trigger",
  "edit",
  "revoke",
  "location_request",
  "contact_request",
  "poll",
  "custom",
] as const;

/** Draws one message. */
export function BubbleView({ bubble, direction, onTap, eager = false, foot }: BubbleViewProps) {
  const { header, text, footer, media, location, cards = [], list } = bubble;
  return (
    <div class={`bubble bubble-${direction}`}>
      <Names bubble={bubble} />
      {media !== undefined && <MediaView key={media.source ?? ""} media={media} eager={eager} />}
      {header !== undefined && (
        <p class="bubble-header">
          <SafeText text={header} max={1_000} />
        </p>
      )}
      {location !== undefined && <Place location={location} />}
      {cards.map((card, index) => (
        <Card key={index} card={card} />
      ))}
      {text !== "" && <MarkedText text={text} />}
      {footer !== undefined && (
        <p class="bubble-footer">
          <SafeText text={footer} max={1_000} />
        </p>
      )}
      {isBlank(bubble) && <p class="bubble-footer">{words("no_text")}</p>}
      {foot !== undefined && <div class="bubble-foot">{foot}</div>}
      {bubble.buttons.map((button, index) => (
        <Choice key={index} button={button} onTap={onTap} />
      ))}
      {bubble.links.map((link, index) => (
        <OpenLink key={index} link={link} />
      ))}
      {list !== undefined && <ListView list={list} {...(onTap !== undefined && { onTap })} />}
    </div>
  );
}

function isBlank(bubble: Bubble): boolean {
  const { text, header, media, location, cards, list, reaction, template, other } = bubble;
  const parts = [header, media, location, list, reaction, template, other, cards?.[0]];
  const hasChoices = bubble.buttons.length + bubble.links.length > 0;
  return text === "" && !hasChoices && parts.every((part) => part === undefined);
}

/** What the message is, beside its words. */
function Names({ bubble: { template, other, reaction } }: { readonly bubble: Bubble }) {
  const known = OTHERS.find((one) => one === other);
  return (
    <>
      {template !== undefined && (
        <p class="bubble-name">
          <Tag icon="templates">
            <SafeText text={words("template", { name: template })} max={120} />
          </Tag>
        </p>
      )}
      {other !== undefined && (
        <p class="bubble-name">
          <Tag tone={known === undefined ? "warning" : "neutral"}>
            {known === undefined ? (
              <SafeText text={words("other_unknown", { kind: other })} max={120} />
            ) : (
              words(`other_${known}`)
            )}
          </Tag>
        </p>
      )}
      {reaction !== undefined && <Reaction emoji={reaction} />}
    </>
  );
}

function Reaction({ emoji }: { readonly emoji: string }) {
  if (emoji === "") return <p class="bubble-footer">{words("reaction_removed")}</p>;
  return (
    <p class="bubble-reaction">
      <span class="visually-hidden">{words("reacted", { emoji: "" })}</span>
      <SafeText text={emoji} max={40} />
    </p>
  );
}

function Place({ location }: { readonly location: BubbleLocation }) {
  const { latitude, longitude, name, address } = location;
  const figures = `${latitude}, ${longitude}`;
  return (
    <div class="bubble-place">
      <Icon name="location" size={22} />
      <div>
        <strong>
          {name === undefined ? words("location") : <SafeText text={name} max={300} />}
        </strong>
        {address !== undefined && <SafeText text={address} max={500} />}
        <span class="hint">{figures}</span>
      </div>
      <Copy text={figures} label={words("copy_place")} />
    </div>
  );
}

function Card({ card: { name, lines } }: { readonly card: BubbleCard }) {
  return (
    <div class="bubble-place">
      <Icon name="person" size={22} />
      <div>
        <strong>{name === "" ? words("contact") : <SafeText text={name} max={300} />}</strong>
        {lines.map((line, index) => (
          <SafeText key={index} text={line} max={300} />
        ))}
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly button: BubbleButton;
  readonly onTap: OnTap | undefined;
}

function Choice({ button, onTap }: ChoiceProps) {
  const title = <SafeText text={button.title} max={200} />;
  if (onTap === undefined)
    return (
      <div class="bubble-action bubble-still">
        <span class="visually-hidden">{words("button")}</span>
        <Icon name="reply" size={16} /> {title}
      </div>
    );
  return (
    <button type="button" class="bubble-action bubble-tap" onClick={() => onTap(button)}>
      <Icon name="reply" size={16} /> {title}
    </button>
  );
}
