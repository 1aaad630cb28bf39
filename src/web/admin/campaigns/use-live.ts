import { useEffect, useRef, useState } from "preact/hooks";
import { onNews } from "../../shared/live.ts";
import { type CampaignWord, readWord } from "./live-campaign.ts";

/** What the stream has told of campaigns since the page was opened, by id; each word is passed on as well. */
export function useLiveCampaigns(
  onWord?: (word: CampaignWord) => void,
): ReadonlyMap<string, CampaignWord> {
  const [words, setWords] = useState<ReadonlyMap<string, CampaignWord>>(new Map());
  const listener = useRef(onWord);
  listener.current = onWord;
  useEffect(
    () =>
      onNews((news) => {
        const word = news.kind === "campaign" ? readWord(news, Date.now()) : undefined;
        if (word === undefined) return;
        setWords((old) => new Map(old).set(word.id, word));
        listener.current?.(word);
      }),
    [],
  );
  return words;
}
