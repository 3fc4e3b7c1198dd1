import { Inngest } from "inngest";

/**
 * The one client. Where the engine is and the keys to it are the SDK's own settings
 * (INNGEST_BASE_URL, INNGEST_EVENT_KEY, INNGEST_SIGNING_KEY, INNGEST_DEV): nothing here knows which
 * engine it talks to.
 */
export const inngest = new Inngest({ id: "carillon" });
