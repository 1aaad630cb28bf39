import type { ComponentChildren } from "preact";
import type { Scope } from "../../../http/api/caller.ts";
import { overview } from "../../i18n/overview.ts";
import { formatMs, formatNumber, formatShare, formatSpan } from "../../shared/format.ts";
import { may } from "../../shared/session.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";
import type { Overview } from "./figures.ts";

interface TileProps {
  readonly title: string;
  readonly icon: IconName;
  readonly value: ComponentChildren;
  readonly detail: ComponentChildren;
  /** The page that explains the figure, and what a key needs to see it. */
  readonly to: string;
  readonly scope: Scope;
  /** Whether somebody should look. */
  readonly isBad?: boolean;
}

function Tile({ title, icon, value, detail, to, scope, isBad = false }: TileProps) {
  const inside = (
    <>
      <span class="ov-tile-title">
        <Icon name={icon} size={16} /> {title}
      </span>
      <strong class="ov-tile-value">
        {isBad && <Icon name="warning" size={20} />}
        {value}
      </strong>
      <span class="ov-tile-detail">{detail}</span>
    </>
  );
  const look = `card ov-tile ${isBad ? "ov-tile-bad" : ""}`;
  return (
    <li>
      {may(scope) ? (
        <a class={look} href={to}>
          {inside}
        </a>
      ) : (
        <div class={look}>{inside}</div>
      )}
    </li>
  );
}

const yesterday = (count: number) => overview("yesterday", { count });

/** The figures of the moment; each leads to the page that explains it. */
export function Tiles({ figures }: { readonly figures: Overview }) {
  const { messages, answers, queue, dead_letters: dead } = figures;
  const { today, yesterday: before } = messages;
  const waiting = queue.inbound + queue.outbound;
  return (
    <ul class="ov-tiles" aria-label={overview("figures")}>
      <Tile
        title={overview("tile_in")}
        icon="conversations"
        value={formatNumber(today.in)}
        detail={yesterday(before.in)}
        to="/admin/conversations"
        scope="conversations:read"
      />
      <Tile
        title={overview("tile_out")}
        icon="send"
        value={formatNumber(today.out)}
        detail={yesterday(before.out)}
        to="/admin/channels"
        scope="channels:read"
      />
      <Tile
        title={overview("tile_active")}
        icon="people"
        value={formatNumber(figures.active_conversations)}
        detail={overview("active_detail")}
        to="/admin/conversations"
        scope="conversations:read"
      />
      <Tile
        title={overview("tile_answers")}
        icon="clock"
        value={formatMs(answers.p50_ms)}
        detail={answersIn(answers)}
        to="/admin/backends"
        scope="admin"
      />
      <Tile
        title={overview("tile_fallback")}
        icon="backends"
        value={formatShare(answers.fallback_rate)}
        detail={
          answers.count === 0
            ? overview("no_answers")
            : overview.count("fallback_detail", answers.count)
        }
        to="/admin/backends"
        scope="admin"
      />
      <Tile
        title={overview("tile_failed")}
        icon="close"
        value={formatNumber(today.failed)}
        detail={yesterday(before.failed)}
        to="/admin/conversations?trouble=true"
        scope="conversations:read"
        isBad={today.failed > 0}
      />
      <Tile
        title={overview("tile_queue")}
        icon="list"
        value={formatNumber(waiting)}
        detail={waiting === 0 ? overview("queue_empty") : waitingIn(queue)}
        to="/admin/channels"
        scope="channels:read"
      />
      <Tile
        title={overview("tile_dead")}
        icon="dead"
        value={formatNumber(dead)}
        detail={overview(dead === 0 ? "dead_none" : "dead_some")}
        to="/admin/dead-letters"
        scope="events:read"
        isBad={dead > 0}
      />
    </ul>
  );
}

function answersIn({ count, p50_ms: p50, p95_ms: p95 }: Overview["answers"]): string {
  if (count === 0) return overview("no_answers");
  return overview("answers_detail", { p50: formatMs(p50), p95: formatMs(p95) });
}

function waitingIn({ inbound, outbound, oldest_seconds: oldest }: Overview["queue"]): string {
  return overview("queue_detail", { inbound, outbound, age: formatSpan(oldest) });
}
