/**
 * The part of a statement that locks the conversations of what it means, `meant (conversation_id)`. They are locked in the
 * order of their ids, and before their messages, as everywhere: two statements that lock the same rows in different
 * orders deadlock.
 */
export const LOCKED = `
  locked as materialized (
    select id from conversations where id in (select conversation_id from meant) order by id for update
  )`;
