/** How much is measured. */
export interface Amount {
  readonly killRounds: number;
  /** Of 20 people each. */
  readonly orderRounds: number;
  /** Messages sent while the database is stopped and started. */
  readonly databaseMessages: number;
}

export const FULL: Amount = { killRounds: 3, orderRounds: 3, databaseMessages: 600 };
/** As much as shows that everything works. */
export const QUICK: Amount = { killRounds: 1, orderRounds: 1, databaseMessages: 60 };
