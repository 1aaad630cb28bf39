import type { Request, Response } from "express";
import { BridgeError } from "../../errors.ts";
import { demandScope } from "./authorize.ts";
import { type Caller, has } from "./caller.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { createNumberHider } from "./hide-numbers.ts";
import { SEES_NUMBERS } from "./roles.ts";
import type { Route } from "./route.ts";

/** Parameters that name what is ours, or a place in a list. */
const OPEN_PARAMETERS: ReadonlySet<string> = new Set(["account", "channel", "cursor"]);

/** Looks into texts, of which it would tell a number piece by piece. */
const SEARCH = "q";

/** Keeps phone numbers from callers who may not see them. */
export interface Masking {
  /** Throws `request_forbidden` where a caller asks by numbers that it may not see, or for an answer that cannot be masked. */
  readonly demand: (route: Route, caller: Caller, request: Request, response: Response) => void;
  /** Gives what shows a caller a part of an answer that no schema describes. */
  readonly of: (caller: Caller) => (value: unknown) => unknown;
  /** Shows a caller the answer of an operation. */
  readonly mask: (route: Route, caller: Caller, answer: unknown) => unknown;
}

const asks = () =>
  new BridgeError(
    "request_forbidden",
    `numbers may be asked for with the scope ${SEES_NUMBERS} alone`,
  );

/** Makes the masking of one API. */
export function createMasking({ channels }: Pick<ApiDependencies, "channels">): Masking {
  const accounts = [...channels.values()].flatMap(({ channel }) => channel.accounts);
  const { hide, hideText } = createNumberHider(accounts);
  const figures = new Map<Route, Figures>();

  const figuresIn = (route: Route): Figures => {
    const known = figures.get(route) ?? figuresOf(route.answer);
    figures.set(route, known);
    return known;
  };

  // What needs no key says nothing of anybody's.
  const isOpen = (route: Route, caller: Caller): boolean =>
    has(caller, SEES_NUMBERS) || route.scope === undefined || route.hasNoNumbers;

  const isAsking = (name: string, value: unknown): boolean => {
    if (OPEN_PARAMETERS.has(name)) return false;
    if (typeof value !== "string") return true;
    return name === SEARCH ? /\p{N}/u.test(value) : hideText(value) !== value;
  };

  return {
    demand: (route, caller, request, response) => {
      if (isOpen(route, caller)) return;
      if (route.respond !== undefined) demandScope(caller, SEES_NUMBERS, response);
      for (const [name, value] of Object.entries(request.query))
        if ([value].flat().some((one) => isAsking(name, one))) throw asks();
    },
    of: (caller) => (has(caller, SEES_NUMBERS) ? (value) => value : (value) => hide(value)),
    mask: (route, caller, answer) =>
      isOpen(route, caller) ? answer : hide(answer, figuresIn(route)),
  };
}
