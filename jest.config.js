/** Runs TypeScript as ES modules; types are checked by `npm run types`, not here. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.{ts,tsx}"],
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  transform: {
    "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2024" } }],
    "\\.tsx$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript", tsx: true },
          target: "es2024",
          transform: { react: { runtime: "automatic", importSource: "preact" } },
        },
      },
    ],
  },
  // Its ES module reads JSON in a way that this runner will refuse one day.
  moduleNameMapper: { "^libphonenumber-js$": "<rootDir>/node_modules/libphonenumber-js/index.cjs" },
  // Waits end before this: they say what was waited for.
  testTimeout: 60_000,
  // Whole-process tests mostly wait: three files at once keep two cores busy, and more would crowd the database.
  maxWorkers: 3,
  // Modules of a file are kept after it: a process of gigabytes spends its time collecting garbage.
  workerIdleMemoryLimit: "1200MB",
};
