/**
 * What WhatsApp accepts. Lengths are UTF-16 code units, counted after marks were converted: the provider does not say
 * which unit it counts, and no other unit gives a larger number. One value too long refuses the whole message.
 */

/** Text of a text message. Source: Cloud API reference, text messages. */
export const TEXT_BODY = 4096;

/** Caption of an image, video or document. Source: Cloud API reference, media messages. */
export const CAPTION = 1024;

/**
 * Body of any interactive message. Lists are documented with 4096 in one place and 1024 in another; the smaller holds
 * everywhere. Source: Cloud API reference, interactive messages.
 */
export const INTERACTIVE_BODY = 1024;

/** Text header of an interactive message. Source: Cloud API reference, interactive messages. */
export const HEADER_TEXT = 60;

/** Footer of an interactive message. Source: Cloud API reference, interactive messages. */
export const FOOTER_TEXT = 60;

/** Reply buttons of one message. Source: Cloud API reference, interactive reply buttons messages. */
export const REPLY_BUTTONS = 3;

/** Title of a reply button. Source: Cloud API reference, interactive reply buttons messages. */
export const BUTTON_TITLE = 20;

/** Id of a reply button. Source: Cloud API reference, interactive reply buttons messages. */
export const BUTTON_ID = 256;

/** Rows of one list, over all its sections. Source: Cloud API reference, interactive list messages. */
export const LIST_ROWS = 10;

/** Label of the button that opens a list. Source: Cloud API reference, interactive list messages. */
export const LIST_BUTTON = 20;

/** Title of a list section. Source: Cloud API reference, interactive list messages. */
export const SECTION_TITLE = 24;

/** Title of a list row. Source: Cloud API reference, interactive list messages. */
export const ROW_TITLE = 24;

/** Description of a list row. Source: Cloud API reference, interactive list messages. */
export const ROW_DESCRIPTION = 72;

/** Id of a list row. Source: Cloud API reference, interactive list messages. */
export const ROW_ID = 200;

/** Label of a link button. Source: Cloud API reference, interactive call-to-action URL button messages. */
export const LINK_LABEL = 20;

/** Address of a link button or a media file. Source: Cloud API reference, template URL buttons. */
export const LINK = 2000;

/** Label of the button that opens a flow; the two published figures are 20 and 30. Source: Cloud API reference, flows. */
export const FLOW_LABEL = 20;

/** Contacts of one message; older pages allow more. Source: Cloud API reference, contacts messages. */
export const CONTACTS = 5;

/** Name of a document; the provider publishes none, 240 suits the file systems of phones. */
export const FILE_NAME = 240;

/** Text parameter of a template body: the whole body may have as many. Source: Cloud API reference, templates. */
export const BODY_PARAMETER = 1024;

/** Text parameter of a template header. Source: Cloud API reference, templates. */
export const HEADER_PARAMETER = 60;

/** Payload of a template's quick-reply button. Source: Cloud API reference, templates. */
export const QUICK_REPLY_PAYLOAD = 256;

/** Code of a template's copy-code button. Source: Cloud API reference, templates. */
export const COUPON_CODE = 15;

/** Consecutive spaces of a template parameter. Source: Cloud API reference, templates. */
export const PARAMETER_SPACES = 4;
