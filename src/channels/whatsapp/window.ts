/** The customer-service window in milliseconds. Source: Cloud API reference, send messages. */
export const WINDOW_MS = 24 * 60 * 60 * 1000;
