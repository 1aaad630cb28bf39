import type { RasaBot } from "../standins/rasa.ts";

const districts = ["Asa Norte", "Asa Sul", "Guará", "Gama", "Taguatinga"];

/** A bot that says a bit of everything. */
export const talksBot: RasaBot = (_sender, message) => {
  switch (message) {
    case "oi":
      return [
        {
          text: "Olá! *Como posso ajudar?*",
          buttons: [
            { title: "Horários", payload: "/horarios" },
            { title: "Endereço", payload: "/endereco" },
          ],
        },
      ];
    case "lista":
      return [
        {
          text: "Escolha um bairro:",
          buttons: districts.map((title) => ({ title, payload: `/bairro{"nome":"${title}"}` })),
        },
      ];
    case "onde":
      return [
        { custom: { type: "location", latitude: -15.79, longitude: -47.88, name: "Paço" } },
        { text: "No mapa:", buttons: [{ title: "Abrir", url: "https://mapa.test/paco" }] },
      ];
    default:
      return [{ text: `Você disse: ${message}` }];
  }
};
