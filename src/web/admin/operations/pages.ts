// The pages of operations, which are fetched together.
export { BackendsPage } from "./backends-page.tsx";
export { ChannelsPage } from "./channels-page.tsx";
export { DeadLettersPage } from "./dead-letters-page.tsx";
export { EventsPage } from "./events-page.tsx";
