// The sheets of the single pages.
import "./overview/overview.css";
import "./conversations/conversations.css";
import "./campaigns/campaigns.css";
import "./templates/templates.css";
import "./operations/operations.css";
import "./settings/settings.css";
