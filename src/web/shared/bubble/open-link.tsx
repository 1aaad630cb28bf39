import { useState } from "preact/hooks";
import { bubble } from "../../i18n/bubble.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { SafeText } from "../ui/safe-text.tsx";
import type { BubbleLink } from "./bubble.ts";

/** Where an address leads, as the browser reads it. */
export interface Destination {
  readonly href: string;
  /** The host in plain letters: look-alikes of other alphabets are told apart so. A phone number as it is dialled. */
  readonly host: string;
  readonly isCall: boolean;
}

/** Reads an address that may be opened: of the web or a phone number. Undefined for anything else, scripts included. */
export function destinationOf(target: string): Destination | undefined {
  const number = /^(?:tel:)?(\+?[\d\s().-]{3,30})$/i.exec(target.trim())?.[1];
  if (number !== undefined) {
    const digits = number.replace(/[^\d+]/g, "");
    return { href: `tel:${digits}`, host: digits, isCall: true };
  }
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return { href: url.href, host: url.host, isCall: false };
}

/** A link of a message: it shows where it leads, and leads there only after a second look. */
export function OpenLink({ link }: { readonly link: BubbleLink }) {
  const [isAsking, setAsking] = useState(false);
  const destination = destinationOf(link.target);
  return (
    <>
      <button
        type="button"
        class="bubble-action"
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
      >
        <Icon name="link" size={16} />
        <span class="bubble-action-words">
          <SafeText text={link.title} max={200} />
          {link.title !== link.target && (
            <small>
              <SafeText text={destination?.host ?? link.target.slice(0, 80)} />
            </small>
          )}
        </span>
      </button>
      {isAsking && (
        <Dialog
          title={bubble("link_title")}
          onClose={() => setAsking(false)}
          actions={
            destination !== undefined && (
              <a
                class="button button-primary"
                href={destination.href}
                target="_blank"
                rel="noopener noreferrer"
                onClick={() => setAsking(false)}
              >
                {bubble(destination.isCall ? "link_call" : "link_open")}
              </a>
            )
          }
        >
          <p>{bubble(destination === undefined ? "link_refused" : "link_intro")}</p>
          <dl class="facts">
            {destination !== undefined && (
              <>
                <dt>{bubble("link_host")}</dt>
                <dd>
                  <strong>
                    <SafeText text={destination.host} />
                  </strong>
                </dd>
              </>
            )}
            <dt>{bubble("link_whole")}</dt>
            <dd>
              <SafeText text={link.target} />
            </dd>
          </dl>
        </Dialog>
      )}
    </>
  );
}
