import { render } from "preact";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/components.css";
import "../styles/bubble.css";
import "./simulator.css";
import { startLive, stopLive } from "../shared/live.ts";
import { startRouter } from "../shared/router.ts";
import { isSignedIn, loadSession, session, signIn, startSession } from "../shared/session.ts";
import { startClock } from "../shared/ui/now.ts";
import { startTheme } from "../shared/ui/theme.ts";
import { SimulatorPage } from "./simulator-page.tsx";

startTheme();
startClock();
startRouter("/simulator");
startSession();
isSignedIn.subscribe((signedIn) => {
  if (signedIn) startLive();
  else stopLive();
});

/** Whoever comes where no key is needed is let in at once. */
async function enter(): Promise<void> {
  await loadSession();
  const { signed_in: isKnown, simulator } = session.value ?? {};
  if (isKnown === false && simulator === "open") await signIn(undefined);
}

void enter();

const place = document.querySelector("#page");
if (place !== null) render(<SimulatorPage />, place);
