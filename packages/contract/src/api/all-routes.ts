import type { RouteContract } from "../route.ts";
import { accessRoutes } from "./access.ts";
import { consentRoutes } from "./consent.ts";
import { dataRoutes } from "./data.ts";
import { duplicateRoutes } from "./duplicates.ts";
import { importRoutes } from "./imports.ts";
import { peopleRoutes } from "./people.ts";
import { receiverRoutes } from "./receivers.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every operation of the API, in the order in which the document lists them. */
export const allRoutes: readonly RouteContract[] = [
  ...accessRoutes,
  ...peopleRoutes,
  ...duplicateRoutes,
  ...consentRoutes,
  ...dataRoutes,
  ...importRoutes,
  ...webhookRoutes,
  ...receiverRoutes,
];
