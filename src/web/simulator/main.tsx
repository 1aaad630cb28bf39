import { render } from "preact";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/components.css";
import "../styles/bubble.css";
import "./simulator.css";
import { startLive, stopLive } from "../shared/live.ts";
import { startRouter } from "../shared/router.ts";
import { isSignedIn, loadSession, startSession } from "../shared/session.ts";
import { startClock } from "../shared/ui/now.ts";
import { startTheme } from "../shared/ui/theme.ts";
import { SimulatorPage } from "./simulator-page.tsx";
import { startEntering } from "./state/entry.ts";

startTheme();
startClock();
startRouter("/simulator");
startSession();
isSignedIn.subscribe((signedIn) => {
  if (signedIn) startLive();
  else stopLive();
});

startEntering();
void loadSession();

const place = document.querySelector("#page");
if (place !== null) render(<SimulatorPage />, place);
