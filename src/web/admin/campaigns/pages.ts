// The pages of campaigns, which are fetched together; the import has a part of its own.
export { CampaignPage } from "./campaign-page.tsx";
export { CampaignsPage } from "./campaigns-page.tsx";
