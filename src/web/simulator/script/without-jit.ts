import { config } from "zod";

// Otherwise zod tries, as soon as a schema is made, whether it may make functions out of text: the page's policy forbids that
// and reports it. So this stands before everything that makes one.
config({ jitless: true });
