import { FULL, SHORT, type Size } from "../faults/fault.ts";

/** How much of each attack is run: all of it by `npm run security`, as much as shows that it works by `npm test`. */
export const SIZE: Size = process.env["SECURITY_SIZE"] === "full" ? FULL : SHORT;
