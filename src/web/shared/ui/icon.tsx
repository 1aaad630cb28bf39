const PATHS = {
  bridge:
    "M2 16h20M6 16v-4M18 16v-4M2 12c3.5 0 7-1 7-5v9M22 12c-3.5 0-7-1-7-5v9M3 20c1.5 0 1.5-1 3-1s1.5 1 3 1 1.5-1 3-1 1.5 1 3 1 1.5-1 3-1 1.5 1 3 1",
  overview: "M3 12l9-8 9 8M5 10v10h5v-6h4v6h5V10",
  conversations: "M4 5h16v11H9l-5 4z",
  campaigns: "M4 10v4h3l8 5V5L7 10zM18 9a4 4 0 010 6",
  templates: "M5 3h14v18H5zM8 8h8M8 12h8M8 16h5",
  events: "M4 6h16M4 12h16M4 18h10",
  dead: "M12 3l10 18H2zM12 10v5M12 18v.5",
  channels: "M8 4v4a4 4 0 008 0V4M12 12v8M6 4h4M14 4h4",
  backends: "M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01",
  people:
    "M9 11a4 4 0 100-8 4 4 0 000 8zM2 21c0-4 3-7 7-7s7 3 7 7M16 4a4 4 0 010 7M18 14c3 1 4 4 4 7",
  settings:
    "M12 9a3 3 0 100 6 3 3 0 000-6zM19 12l2-1-1-3-2 .5-1.5-1.5.5-2-3-1-1 2h-2L10 4 7 5l.5 2L6 8.5 4 8l-1 3 2 1v1l-2 1 1 3 2-.5L7.5 18 7 20l3 1 1-2h2l1 2 3-1-.5-2 1.5-1.5 2 .5 1-3-2-1z",
  phone: "M8 2h8a2 2 0 012 2v16a2 2 0 01-2 2H8a2 2 0 01-2-2V4a2 2 0 012-2zM11 18.5h2",
  book: "M4 4h7a3 3 0 013 3v13a3 3 0 00-3-2H4zM20 4h-3a3 3 0 00-3 3v13a3 3 0 013-2h3z",
  check: "M4 12l5 5L20 6",
  checks: "M2 13l4 4L16 7M10 15l2 2L22 7",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  clock: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3 2",
  warning: "M12 3l10 18H2zM12 10v5M12 18v.5",
  question: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9a2.5 2.5 0 115 .3c0 1.7-2.5 2-2.5 3.7M12 17v.5",
  send: "M3 11l18-8-7 18-3-8zM11 13l10-10",
  pause: "M7 4h3v16H7zM14 4h3v16h-3z",
  play: "M6 4l14 8-14 8z",
  stop: "M5 5h14v14H5z",
  close: "M5 5l14 14M19 5L5 19",
  menu: "M4 6h16M4 12h16M4 18h16",
  search: "M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  download: "M12 3v12M7 11l5 5 5-5M4 20h16",
  upload: "M12 21V9M7 13l5-5 5 5M4 4h16",
  reload: "M20 11a8 8 0 10-2 6M20 4v7h-7",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  dots: "M12 4a1 1 0 100 2 1 1 0 000-2zM12 11a1 1 0 100 2 1 1 0 000-2zM12 18a1 1 0 100 2 1 1 0 000-2z",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  plus: "M12 4v16M4 12h16",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14",
  mic: "M12 3a3 3 0 00-3 3v6a3 3 0 006 0V6a3 3 0 00-3-3zM6 11a6 6 0 0012 0M12 17v4",
  attach: "M20 11l-8 8a5 5 0 01-7-7l8-8a3.5 3.5 0 015 5l-8 8a2 2 0 01-3-3l7-7",
  location: "M12 22s7-7 7-12a7 7 0 10-14 0c0 5 7 12 7 12zM12 7.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
  link: "M10 14a4 4 0 005.7 0l3-3a4 4 0 00-5.7-5.7l-1 1M14 10a4 4 0 00-5.7 0l-3 3A4 4 0 0011 18.7l1-1",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  reply: "M9 7l-6 5 6 5v-3c6 0 9 1 12 5-1-7-4-10-12-10z",
  robot: "M5 9h14v10H5zM12 4v5M9 13v1.5M15 13v1.5M2 13v3M22 13v3",
  person: "M12 12a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM3 21c0-4.5 4-7 9-7s9 2.5 9 7",
  key: "M8 12a4 4 0 100 8 4 4 0 000-8zM11 13l9-9M17 7l3 3M14 10l2 2",
  globe: "M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  moon: "M20 14A8 8 0 0110 4a8 8 0 1010 10z",
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a text that says the same; it is hidden from whoever listens. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
