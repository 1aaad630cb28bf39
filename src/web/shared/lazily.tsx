import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiProblem } from "./api.ts";
import { Failure, Loading } from "./ui/states.tsx";

/**
 * Makes a component that is fetched when it is first drawn. Where that fails the page is loaded again on demand: the server
 * may be away, or have got new pages whose parts have other names.
 */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let Known: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, setRound] = useState(0);
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      const fetchIt = async () => {
        try {
          Known = await load();
          setRound((count) => count + 1);
        } catch {
          setFailed(true);
        }
      };
      if (Known === undefined) void fetchIt();
    }, []);
    if (Known !== undefined) return <Known {...props} />;
    if (!hasFailed) return <Loading />;
    const problem = new ApiProblem(0, "offline", "the page could not be fetched");
    return <Failure problem={problem} onRetry={() => location.reload()} />;
  };
}
