/** Characters of one message, in UTF-16 code units. Source: ACS SMS REST reference, `message`. */
export const MESSAGE_TEXT = 2048;

/** Places of a message of one segment, and of each of several, in the GSM alphabet. Source: 3GPP TS 23.038 and 23.040. */
export const GSM_SEGMENTS = { single: 160, each: 153 } as const;

/** The same for texts with other letters, in UTF-16 code units. Source: 3GPP TS 23.038 and 23.040. */
export const UCS_SEGMENTS = { single: 70, each: 67 } as const;

/** Characters of an alphanumeric sender. Source: ACS SMS documentation, sender types. */
export const ALPHANUMERIC_SENDER = 11;

/** Seconds after which a missing delivery report counts as failed. Source: ACS SMS REST reference. */
export const REPORT_TIMEOUT_S = { min: 60, max: 43_200 } as const;
