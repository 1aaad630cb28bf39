export { compilePattern } from "../../safe-pattern.ts";
