import type { CampaignNews } from "../../shared/live.ts";
import type { Campaign, CampaignDetail, Figures } from "./types.ts";

/** What the stream tells of a campaign. */
export interface CampaignWord {
  readonly id: string;
  readonly state: Campaign["state"];
  readonly figures: Figures;
  /** When it was heard, milliseconds since 1970. */
  readonly at: number;
}

/** A campaign as it was read. */
export interface ReadCampaign {
  readonly campaign: CampaignDetail;
  /** When it was asked for, milliseconds since 1970. */
  readonly at: number;
}

function isWord(news: CampaignNews): news is CampaignNews & Omit<CampaignWord, "at"> {
  const { state, figures } = news;
  return typeof state === "string" && typeof figures === "object" && figures !== null;
}

/** Reads news of a campaign; undefined where they say nothing of its figures. */
export function readWord(news: CampaignNews, at: number): CampaignWord | undefined {
  return isWord(news) ? { id: news.id, state: news.state, figures: news.figures, at } : undefined;
}

/**
 * A campaign with its newest figures. Its state is taken over too; what else changed with it is to be read again. A word from
 * before the campaign was asked for is old: the stream rests between two counts.
 */
export function withWord(read: ReadCampaign, word: CampaignWord | undefined): CampaignDetail {
  const { campaign, at } = read;
  if (word === undefined || word.id !== campaign.id || word.at < at) return campaign;
  return { ...campaign, state: word.state, figures: word.figures };
}
