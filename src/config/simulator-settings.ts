import { z } from "zod";

/** The phone simulator. */
export const simulatorSettings = z.strictObject({
  /**
   * `open`: whoever reaches the page may use it; `admin`: whoever has the admin key, or a key of tenant `simulator`; `auto`:
   * open while no provider is configured, else admin; `off`: there are no simulated lines and no page.
   */
  mode: z.enum(["auto", "open", "admin", "off"]).default("auto"),
});
