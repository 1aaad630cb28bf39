/** How the fragment of a link begins that brings a script. */
export const SCRIPT_FRAGMENT = "#script=";
