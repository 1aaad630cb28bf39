import { useEffect, useRef } from "preact/hooks";
import { type News, onNews, onReturn } from "./live.ts";

/**
 * Does something because of news, at once and then at most every `restMs`: what comes meanwhile is served together. After a
 * lost connection it is done too, since news may have been missed.
 */
export function useNews(
  work: () => void,
  restMs: number,
  isMeant: (news: News) => boolean = () => true,
): void {
  const latest = useRef({ work, isMeant });
  latest.current = { work, isMeant };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsked = false;
    const rest = () => {
      timer = undefined;
      if (!isAsked) return;
      isAsked = false;
      run();
    };
    const run = () => {
      if (timer !== undefined) {
        isAsked = true;
        return;
      }
      timer = setTimeout(rest, restMs);
      latest.current.work();
    };
    const stops = [
      onNews((news) => {
        if (latest.current.isMeant(news)) run();
      }),
      onReturn(run),
    ];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [restMs]);
}
