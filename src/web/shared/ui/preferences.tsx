import { common } from "../../i18n/common.ts";
import { chooseLanguage, language, LANGUAGES } from "../language.ts";
import { Icon } from "./icon.tsx";
import { theme, THEMES } from "./theme.ts";

const NAMES = { en: "English", "pt-BR": "Português" } as const;

/** Language and appearance. */
export function Preferences() {
  return (
    <div class="preferences">
      <label>
        <Icon name="globe" size={16} />
        <span class="visually-hidden">{common("language")}</span>
        <select
          value={language.value}
          onChange={({ currentTarget }) => {
            const chosen = LANGUAGES.find((known) => known === currentTarget.value);
            if (chosen !== undefined) chooseLanguage(chosen);
          }}
        >
          {LANGUAGES.map((known) => (
            <option key={known} value={known} lang={known}>
              {NAMES[known]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <Icon name="sun" size={16} />
        <span class="visually-hidden">{common("theme")}</span>
        <select
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = THEMES.find((known) => known === currentTarget.value) ?? "auto";
          }}
        >
          {THEMES.map((known) => (
            <option key={known} value={known}>
              {common(`theme_${known}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
