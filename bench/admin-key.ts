/** Of the bridges that are measured. */
export const ADMIN_KEY = "bench-admin-key-0123456789";
