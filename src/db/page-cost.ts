/**
 * A setting of every session of ours. No disk that a database is put on today needs four times as long for a page out of
 * order: with that default, looking up one row of a table of thousands read the whole table. Source: PostgreSQL, Planner Cost
 * Constants.
 */
export const PAGE_COST = "random_page_cost=1.1";
