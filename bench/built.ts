import { spawnSync } from "node:child_process";

/** Makes what the package and the container run. */
export function buildProgram(): void {
  const { status } = spawnSync("npm", ["run", "build"], {
    cwd: import.meta.dirname,
    stdio: "ignore",
  });
  if (status !== 0) throw new Error("npm run build failed");
}
