/** A value a parameter may take. Lists become PostgreSQL arrays; everything else is cast in the statement. */
export type SqlValue =
  string | number | boolean | null | Date | readonly (string | number | boolean | null)[];

export type Row = Record<string, unknown>;

/** The one way to talk to PostgreSQL, whether a server or embedded. */
export interface Queryable {
  /** Runs one statement with `$1` parameters. Throws `store_*`; bigint columns must be cast to text or int in SQL. */
  readonly query: (text: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>;
}

export interface Database extends Queryable {
  readonly kind: "postgres" | "embedded";
  /** Runs `work` on one connection between begin and commit; anything it throws rolls back. */
  readonly transaction: <Result>(work: (tx: Queryable) => Promise<Result>) => Promise<Result>;
  /** Runs a script of several statements, without parameters; `limitMs` where it may take longer than others. */
  readonly script: (text: string, limitMs?: number) => Promise<void>;
  readonly close: () => Promise<void>;
  /** How the connections stand now; absent where there are none. */
  readonly connections?: () => Connections;
}

/** Connections of a pool, and statements that wait for one. */
export interface Connections {
  readonly inUse: number;
  readonly idle: number;
  readonly waiting: number;
}
