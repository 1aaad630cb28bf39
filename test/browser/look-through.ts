import type { Page } from "playwright-core";

/** Milliseconds that a page may take to show what it is about. */
const PATIENCE_MS = 20_000;

/** Goes to a place and waits until it shows what it is about. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator("h1").first().waitFor({ state: "attached", timeout: PATIENCE_MS });
  await page
    .locator(".state .spinner")
    .first()
    .waitFor({ state: "detached", timeout: PATIENCE_MS });
}

/** Opens whatever of a page is folded, and goes through everything that scrolls. Returns every text that was seen. */
export async function lookThrough(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const rest = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
    const scrolls = (element: Element) => element.scrollHeight > element.clientHeight + 40;
    const seen: string[] = [];
    const look = () => seen.push(document.body.textContent ?? "");
    /** Waits until nothing more comes: long lists are read as one goes along them. */
    const settle = async (box: Element) => {
      for (let still = 0, height = -1; still < 4; still += 1) {
        if (box.scrollHeight !== height) still = 0;
        height = box.scrollHeight;
        await rest();
      }
    };
    const go = async (box: Element, top: number) => {
      box.scrollTop = top;
      await rest();
      look();
    };
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    // Where there was more, what comes next may take a while.
    let patience = 5;
    for (let quiet = 0; quiet < patience; quiet += 1) {
      await rest();
      const buttons = [...document.querySelectorAll<HTMLButtonElement>("main button")];
      const more = buttons.find(
        ({ textContent, disabled }) => !disabled && textContent.trim() === "Show more",
      );
      if (more === undefined) continue;
      more.click();
      patience = 40;
      quiet = 0;
    }
    look();
    const boxes = [document.documentElement, ...document.querySelectorAll("main *, dialog *")];
    for (const box of boxes.filter(scrolls)) {
      for (const end of [0, 1])
        for (let count = 0, height = -1; count < 30 && box.scrollHeight !== height; count += 1) {
          height = box.scrollHeight;
          await go(box, end * height);
          await settle(box);
        }
      const step = Math.max(200, box.clientHeight * 0.9);
      for (let top = box.scrollHeight; top > 0; top -= step) await go(box, top - step);
    }
    return seen.join("\n");
  });
}

/** What of a page was made by somebody's text: elements that no page of ours has, or a mark that a script has left. */
export async function findPlanted(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const strange = document.querySelectorAll(
      [
        "script:not([src^='/admin/assets/'], [src^='/simulator/assets/'])",
        "iframe, object, embed, base, marquee, xmp, listing, math, form[action], meta[http-equiv], style",
        "[onerror], [onload], [onfocus], [onmouseover], [ontoggle], [onanimationstart]",
        "link:not([href^='/admin/'], [href^='/simulator/'])",
        "a[href^='javascript:' i], a[href^='data:' i], a[href^='vbscript:' i]",
        "a[target=_blank]:not([rel~=noopener])",
        "img[src^='http'], img[src^='//'], img[src='x']",
      ].join(", "),
    );
    const found = [...strange].map(({ outerHTML }) => outerHTML.slice(0, 200));
    return "pwned" in window ? ["a script has run", ...found] : found;
  });
}
