import type { listWebhooks } from "@terrace/contract/api/webhooks";
import type { CallAnswer } from "../../app/api/client.ts";

export type Webhook = CallAnswer<typeof listWebhooks>["items"][number];
