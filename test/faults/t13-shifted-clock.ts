/**
 * Loaded into a bridge before anything else: shows it another time than the machine has. `CLOCK_STEPS_MS` lists by how much,
 * and each SIGUSR2 steps to the next. Timers go on as they do when a real clock is set.
 */
const steps = (process.env["CLOCK_STEPS_MS"] ?? "0").split(",").map(Number);
let place = 0;
process.on("SIGUSR2", () => {
  place += 1;
});

const Machine = Date;
const now = (): number => Machine.now() + (steps[place % steps.length] ?? 0);

globalThis.Date = new Proxy(Machine, {
  construct: (target, args: unknown[], newTarget) =>
    // oxlint-disable-next-line typescript/no-unsafe-return -- what a proxy of a class constructs has no type.
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Machine(now()).toString(),
  get: (target, key, receiver): unknown =>
    key === "now" ? now : Reflect.get(target, key, receiver),
});
