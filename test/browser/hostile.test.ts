import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import type { Browser } from "playwright-core";
import { z } from "zod";
import { hasServer } from "../database.ts";
import { ADMIN_KEY } from "../e2e/world.ts";
import { openBrowser, openPage, signIn, type WatchedPage } from "./browser.ts";
import { findPlanted, goTo, lookThrough } from "./look-through.ts";
import { type Museum, openMuseum } from "./museum.ts";
import { CARRIED, PAYLOADS } from "./payloads.ts";
import { listPlaces, type Place } from "./places.ts";

test("there are two hundred ways to harm, each once", () => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(PAYLOADS).size).toBe(PAYLOADS.length);
});

const browser: Browser | undefined = (await hasServer()) ? await openBrowser() : undefined;

/** Names of pages on which every payload stands, whole or its beginning. */
const FULL: readonly string[] = ["conversation", "people", "person", "settings", "campaigns"];

/** Pixels, so that a long list is gone through in few steps. */
const HEIGHT = 2_000;

/** Signs that a phone draws as something else, and those that are named instead of shown. */
const isDrawnOtherwise = (text: string) =>
  /[*_~`]|\p{C}|\p{Zl}|\p{Zp}/u.test(text) || text.length > 60;

const LITERAL = CARRIED.filter((text) => !isDrawnOtherwise(text));

(browser === undefined ? describe.skip : describe)("whatever somebody writes", () => {
  let museum: Museum;
  let watched: WatchedPage;

  beforeAll(async () => {
    if (browser === undefined) return;
    museum = await openMuseum();
    watched = await openPage(browser, museum.town.url(), { height: HEIGHT });
    await watched.page.goto("/admin");
    await signIn(watched.page, ADMIN_KEY);
  }, 120_000);

  afterAll(async () => {
    await watched?.close();
    await museum?.close();
    await browser?.close();
  });

  const visit = async ({ path }: Place): Promise<string> => {
    await goTo(watched.page, path);
    return lookThrough(watched.page);
  };

  test("is text on every page that shows it, and nothing more", async () => {
    const findings: string[] = [];
    for (const place of listPlaces(museum)) {
      const seen = await visit(place);
      const told = (text: string) => findings.push(`${place.name}: ${text}`);
      if (FULL.includes(place.name))
        for (const text of LITERAL)
          if (!seen.includes(text.slice(0, 40))) told(`does not show ${text}`);
      for (const planted of await findPlanted(watched.page)) told(planted);
      for (const problem of watched.problems.splice(0)) told(problem);
    }
    expect(findings).toEqual([]);
  }, 120_000);

  test("opens inert in a spreadsheet", async () => {
    const response = await fetch(
      `${museum.town.url()}/api/v1/campaigns/${museum.campaign}/recipients/export`,
      { headers: { authorization: `Bearer ${ADMIN_KEY}` } },
    );
    const rows = z
      .array(z.array(z.string()))
      .parse(parse(await response.text(), { bom: true, relax_column_count: true }));
    expect(rows.length).toBeGreaterThan(CARRIED.length / 2);
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r＝＋－＠]/.test(cell))).toEqual([]);
  });
});
