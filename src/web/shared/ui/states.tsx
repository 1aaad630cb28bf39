import type { ComponentChildren } from "preact";
import { common } from "../../i18n/common.ts";
import type { ApiProblem } from "../api.ts";
import type { Resource } from "../resource.ts";
import { Icon, type IconName } from "./icon.tsx";

export function Loading({ label }: { readonly label?: string }) {
  return (
    <div class="state" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>{label ?? common("loading")}</span>
    </div>
  );
}

interface EmptyProps {
  readonly title?: string;
  readonly detail?: ComponentChildren;
  readonly icon?: IconName;
  readonly children?: ComponentChildren;
}

export function Empty({ title, detail, icon = "search", children }: EmptyProps) {
  return (
    <div class="state state-empty">
      <span class="state-picture">
        <Icon name={icon} size={28} />
      </span>
      <strong>{title ?? common("nothing_here")}</strong>
      {detail !== undefined && <p>{detail}</p>}
      {children}
    </div>
  );
}

function titleOf({ status }: ApiProblem): string {
  if (status === 0) return common("offline_title");
  if (status === 403) return common("forbidden_title");
  if (status === 404) return common("not_found_title");
  return common("failed_title");
}

interface FailureProps {
  readonly problem: ApiProblem;
  readonly onRetry?: (() => void) | undefined;
}

/** Says that something could not be read, and why in the server's own words. */
export function Failure({ problem, onRetry }: FailureProps) {
  return (
    <div class="state state-failure" role="alert">
      <span class="state-picture">
        <Icon name="warning" size={28} />
      </span>
      <strong>{titleOf(problem)}</strong>
      <p>{problem.status === 0 ? common("offline_detail") : problem.message}</p>
      {onRetry !== undefined && problem.status !== 403 && (
        <button type="button" class="button" onClick={onRetry}>
          <Icon name="reload" size={16} /> {common("retry")}
        </button>
      )}
    </div>
  );
}

interface LoadedProps<Data> {
  readonly from: Resource<Data>;
  readonly children: (data: Data) => ComponentChildren;
}

/** Shows what was read; before that that it is being read, and above old data that it could not be read again. */
export function Loaded<Data>({ from, children }: LoadedProps<Data>) {
  const { data, problem, reload } = from;
  if (data === undefined)
    return problem === undefined ? <Loading /> : <Failure problem={problem} onRetry={reload} />;
  return (
    <>
      {problem !== undefined && <Stale problem={problem} onRetry={reload} />}
      {children(data)}
    </>
  );
}

/** A line above data that is shown although it could not be read again. */
export function Stale({ problem, onRetry }: FailureProps) {
  return (
    <p class="banner banner-warning" role="alert">
      <Icon name="warning" size={16} />
      <span>{problem.status === 0 ? common("offline_detail") : problem.message}</span>
      <button type="button" class="button button-small" onClick={onRetry}>
        {common("retry")}
      </button>
    </p>
  );
}
