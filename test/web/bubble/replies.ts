import type { Reply } from "../../../src/messages.ts";

const sections = [
  { title: "Frutas", rows: [{ title: "Uva", payload: "/uva", description: "roxa" }] },
  { title: "Outros", rows: [{ title: "Pão", payload: "/pao" }] },
];

/** One reply for each thing that a bot can say, by the word of its type where it is a custom one. */
export const REPLIES: Readonly<Record<string, Reply>> = {
  words: { text: "Olá *mundo*" },
  choices: { text: "Qual?", buttons: [{ title: "Sim", payload: "/sim" }, { title: "Não" }] },
  many: {
    text: "Qual?",
    buttons: ["um", "dois", "três", "quatro"].map((title) => ({ title, payload: `/${title}` })),
  },
  link: { text: "Veja", buttons: [{ title: "Abrir", url: "https://exemplo.test/a", payload: "" }] },
  picture: { image: "https://exemplo.test/a.png" },
  attached: { attachment: "https://exemplo.test/a.pdf" },
  image: { custom: { type: "image", url: "https://exemplo.test/a.png", caption: "uma foto" } },
  video: { custom: { type: "video", url: "https://exemplo.test/a.mp4" } },
  document: {
    custom: { type: "document", url: "https://exemplo.test/a.pdf", filename: "conta.pdf" },
  },
  audio: { custom: { type: "audio", url: "https://exemplo.test/a.ogg", voice: true } },
  sticker: { custom: { type: "sticker", url: "https://exemplo.test/a.webp" } },
  location: {
    custom: {
      type: "location",
      latitude: -15.79,
      longitude: -47.88,
      name: "Praça",
      address: "Centro",
    },
  },
  contacts: {
    custom: {
      type: "contacts",
      contacts: [
        { name: "Balcão", phones: ["+556133334444"], emails: ["a@exemplo.test"], org: "Loja" },
      ],
    },
  },
  buttons: {
    custom: {
      type: "buttons",
      body: "Qual?",
      header: "Pergunta",
      footer: "fim",
      buttons: [{ title: "Sim", payload: "/sim" }],
    },
  },
  list: {
    custom: {
      type: "list",
      body: "Qual?",
      button: "Ver",
      header: "Pergunta",
      footer: "fim",
      sections,
    },
  },
  cta_url: {
    custom: {
      type: "cta_url",
      body: "Veja",
      label: "Abrir",
      url: "https://exemplo.test/a",
      header: { type: "image", url: "https://exemplo.test/a.png" },
    },
  },
  location_request: { custom: { type: "location_request", body: "Onde?" } },
  request_contact_info: { custom: { type: "request_contact_info", body: "Quem?" } },
  flow: { custom: { type: "flow", flow_id: "1", body: "Preencha", cta: "Abrir" } },
  template: { custom: { type: "template", name: "aviso", language: "pt_BR", params: ["Ana"] } },
  reaction: { custom: { type: "reaction", emoji: "👍", message_id: "wamid.A" } },
  poll: { custom: { type: "poll", name: "Qual?", options: ["um", "dois"] } },
};
