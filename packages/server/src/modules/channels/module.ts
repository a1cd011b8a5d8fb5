import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { FastifyInstance } from "fastify";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { createCarrier, type Carrier, type ProviderChoice } from "./carry.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { createKeptHolder } from "./kept-holder.ts";
import { deleteOutdated } from "./kept.store.ts";
import { providerRoutes } from "./provider.routes.ts";
import { loadProviders } from "./provider.store.ts";
import { registerReceipts } from "./receipts/receive.ts";
import { sandboxRoutes } from "./sandbox.routes.ts";

/** Who carries messages: providers by channel, handing over, and what they report. See docs/guides/channels.md. */
export type Channels = Carrier & {
  /** The channels on which somebody carries messages now. */
  readonly inUse: (workspaceId: number) => Promise<readonly MessageChannel[]>;
  /** Adds the public address of receipts to an application. */
  readonly register: (app: FastifyInstance) => Promise<void>;
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly holder: PersonalDataHolder;
};
export type { ChannelDeps, ProviderChoice };

const TIDY_EVERY_MS = 600_000;
const TIDY_ROWS = 2_000;
/** Longer than any provider remembers the numbers it gave. */
const TICKETS_MS = 3 * 86_400_000;

export function createChannels(deps: ChannelDeps): Channels {
  const carrier = createCarrier(deps);
  const tidy = async (): Promise<void> => {
    const before = { now: new Date(deps.nowMs()), tickets: new Date(deps.nowMs() - TICKETS_MS) };
    while ((await deleteOutdated(deps.db, before, TIDY_ROWS)) >= TIDY_ROWS);
  };
  return {
    ...carrier,
    inUse: async (workspaceId) => {
      const rows = await loadProviders(deps.db, workspaceId);
      return [...new Set(rows.flatMap(({ channel, isDefault, state }) => (isDefault && state === "on" ? [channel] : [])))];
    },
    register: (app) => registerReceipts(app, deps),
    routes: [...providerRoutes(deps, carrier), ...sandboxRoutes(deps)],
    jobs: [{ name: "channels.tidy", everyMs: TIDY_EVERY_MS, run: tidy }],
    holder: createKeptHolder(deps),
  };
}
