// The pages of settings and people, which are fetched together.
export { PeoplePage } from "./people-page.tsx";
export { SettingsPage } from "./settings-page.tsx";
