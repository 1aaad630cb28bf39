/** Fewest and most options of a poll. Source: Evolution API, message schema, poll. */
export const POLL_MIN_OPTIONS = 2;
export const POLL_MAX_OPTIONS = 10;

/** UTF-16 code units of a poll's question. Source: WhatsApp application, new poll. */
export const POLL_NAME = 255;

/** UTF-16 code units of a poll's option. Source: WhatsApp application, new poll. */
export const POLL_OPTION = 100;

/** Characters of a contact's number. Source: Evolution API, message schema, contact. */
export const CONTACT_NUMBER_MIN = 10;
