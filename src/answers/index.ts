import type { BackendModule } from "./backend.ts";
import { http } from "./http/index.ts";
import { openai } from "./openai/index.ts";
import { rasa } from "./rasa/index.ts";
import { templates } from "./templates/index.ts";

/** Every kind of answer backend, in the order they are asked where no configuration says otherwise. */
export const BACKEND_MODULES: readonly BackendModule[] = [rasa, templates, openai, http];
