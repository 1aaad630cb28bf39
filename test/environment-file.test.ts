import { expect, test } from "@jest/globals";
import { openEnvironmentFile } from "../src/environment-file.ts";

/** What a process sees that was started with these variables and this file, once the file has changed. */
function readAfter(
  started: Record<string, string>,
  before: string | undefined,
  after: string | undefined,
): Readonly<Record<string, string | undefined>> {
  const file = { text: before };
  const environment = openEnvironmentFile(started, () => file.text);
  file.text = after;
  return environment.read();
}

test.each([
  {
    label: "a variable of the file is read again",
    started: { TOKEN: "old", PATH: "/bin" },
    before: "TOKEN=old",
    after: "TOKEN=new",
    want: { TOKEN: "new", PATH: "/bin" },
  },
  {
    label: "a variable that the process was started with stays",
    started: { TOKEN: "mine", PORT: "1" },
    before: "TOKEN=old\nPORT=1",
    after: "TOKEN=new\nPORT=2",
    want: { TOKEN: "mine", PORT: "2" },
  },
  {
    label: "a variable that is taken out of the file is gone",
    started: { TOKEN: "old", PATH: "/bin" },
    before: "TOKEN=old",
    after: "",
    want: { PATH: "/bin" },
  },
  {
    label: "a file that is removed takes its variables with it",
    started: { TOKEN: "old", PATH: "/bin" },
    before: "TOKEN=old",
    after: undefined,
    want: { PATH: "/bin" },
  },
  {
    label: "a file that comes later counts",
    started: { PATH: "/bin" },
    before: undefined,
    after: "TOKEN=new",
    want: { TOKEN: "new", PATH: "/bin" },
  },
  {
    label: "a file that this process was not started with is none of its own",
    started: { PATH: "/bin" },
    before: "TOKEN=of another program",
    after: "TOKEN=of another program\nPATH=/other",
    want: { PATH: "/bin" },
  },
])("$label", ({ started, before, after, want }) => {
  expect(readAfter(started, before, after)).toEqual(want);
});
