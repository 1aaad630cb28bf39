import { BridgeError } from "../errors.ts";

/** One thing wrong with a request to send: where in the request, and a sentence about it without personal data. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly detail: string;
}

/** A request to send that can never be carried out as it is, with everything that is wrong with it. */
export class UnsendableRequest extends BridgeError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super("request_invalid", faults.map(({ detail }) => detail).join("; "));
    this.name = "UnsendableRequest";
    this.faults = faults;
  }
}

/** Throws for one thing that is wrong. */
export function refuse(path: Fault["path"], detail: string): never {
  throw new UnsendableRequest([{ path, detail }]);
}
