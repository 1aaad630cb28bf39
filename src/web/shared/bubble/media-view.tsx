import { useState } from "preact/hooks";
import { bubble } from "../../i18n/bubble.ts";
import { Icon } from "../ui/icon.tsx";
import { SafeText } from "../ui/safe-text.tsx";
import type { BubbleMedia } from "./bubble.ts";
import { OpenLink } from "./open-link.tsx";

/** Whether a file is ours to load: of this server, or in memory. A foreign address would tell its owner who looks. */
export function isOwnSource(source: string): boolean {
  return /^(?:\/(?![/\\])|blob:|data:(?:image\/(?:png|jpeg|webp|gif)|audio\/|video\/))/.test(
    source,
  );
}

const REASONS = ["too_large", "refused_type", "unavailable", "off"] as const;

/** A file of a message; one of ours is loaded only once somebody wants to see it, unless `eager`. */
export function MediaView({
  media,
  eager,
}: {
  readonly media: BubbleMedia;
  readonly eager: boolean;
}) {
  const { source, missing } = media;
  if (source !== undefined && isOwnSource(source))
    return <OwnMedia media={media} source={source} eager={eager} />;
  const reason = REASONS.find((known) => known === missing);
  return (
    <div class="bubble-file">
      <FileName media={media} />
      {source !== undefined && (
        <>
          <small>{bubble("elsewhere")}</small>
          <OpenLink link={{ title: bubble("open_address"), target: source }} />
        </>
      )}
      {missing !== undefined && <small>{bubble(`missing_${reason ?? "other"}`)}</small>}
    </div>
  );
}

function FileName({ media: { kind, name } }: { readonly media: BubbleMedia }) {
  return (
    <span class="bubble-file-name">
      <Icon name={kind === "voice" || kind === "audio" ? "mic" : "attach"} size={18} />
      <span>{bubble(kind)}</span>
      {name !== undefined && <SafeText text={name} max={200} />}
    </span>
  );
}

interface OwnProps {
  readonly media: BubbleMedia;
  readonly source: string;
  readonly eager: boolean;
}

function OwnMedia({ media, source, eager }: OwnProps) {
  const [isShown, setShown] = useState(eager);
  const [hasFailed, setFailed] = useState(false);
  const { kind, name } = media;
  const label = name === undefined ? bubble(kind) : bubble("image_of", { name });
  if (hasFailed)
    return (
      <div class="bubble-file">
        <FileName media={media} />
        <small>{bubble("file_failed")}</small>
      </div>
    );
  if (kind === "document")
    return (
      <div class="bubble-file">
        <FileName media={media} />
        <a class="bubble-action" href={source} target="_blank" rel="noopener noreferrer">
          <Icon name="download" size={16} /> {bubble("open_file")}
        </a>
      </div>
    );
  if (!isShown)
    return (
      <div class="bubble-file">
        <FileName media={media} />
        <button type="button" class="bubble-action" onClick={() => setShown(true)}>
          <Icon name="play" size={16} /> {bubble(showKey(kind))}
        </button>
      </div>
    );
  const failed = () => setFailed(true);
  if (kind === "image" || kind === "sticker")
    return <img class={`bubble-${kind}`} src={source} alt={label} onError={failed} />;
  if (kind === "video")
    return <video class="bubble-video" src={source} controls aria-label={label} onError={failed} />;
  return (
    <audio class="bubble-audio" src={source} controls aria-label={bubble(kind)} onError={failed} />
  );
}

function showKey(kind: Exclude<BubbleMedia["kind"], "document">) {
  if (kind === "image" || kind === "sticker") return "show_image";
  return kind === "video" ? "show_video" : "show_audio";
}
