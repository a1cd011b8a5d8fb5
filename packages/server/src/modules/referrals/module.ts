import type { FastifyInstance } from "fastify";
import type { Reaction } from "../../platform/feed/reactor.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Loop } from "../../platform/loops.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { createTurns } from "../../platform/turns.ts";
import { bindingRoutes } from "./binding.routes.ts";
import { codeRoutes } from "./code.routes.ts";
import { exportRoutes } from "./export.routes.ts";
import { figureRoutes } from "./figures.routes.ts";
import { hearLetters } from "./hear.ts";
import { createListen } from "./listen.ts";
import { lookForConversions } from "./look.ts";
import { programRoutes } from "./program.routes.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { createReferralHolder } from "./referral-holder.ts";
import { settleTouched } from "./settle.ts";
import { registerShortLinks } from "./short-link.ts";
import { treeRoutes } from "./tree.routes.ts";

export { insertProgram } from "./program.store.ts";
export { programsNaming } from "./programs-naming.views.ts";
export type { ReferralDeps };

/** Who brought whom: programs, codes and short links, the tree, and what it brought. See docs/guides/referrals.md. */
export type Referrals = {
  /** Adds the public address of short links to an application. */
  readonly register: (app: FastifyInstance) => Promise<void>;
  readonly routes: readonly RouteHandler[];
  readonly reaction: Reaction;
  readonly loops: readonly Loop[];
  readonly holder: PersonalDataHolder;
};

/** Where people may be named besides those who invite and are invited. */
export const REFERRAL_TEXTS: readonly TextPlace[] = [
  { table: "referral_program", column: "conversion_where", keys: ["program_id"], form: "json" },
  { table: "referral_program", column: "name", keys: ["program_id"], form: "clear" },
];

const SETTLE_IDLE_MS = 300;
const LOOK_IDLE_MS = 1_000;

export function createReferrals(deps: ReferralDeps): Referrals {
  const hearing = createTurns<number>(deps, "referrals.hear");
  const [settling, looking] = [createTurns<number>(deps, "referrals.settle"), createTurns<number>(deps, "referrals.look")];
  return {
    register: (app) => registerShortLinks(app, deps),
    routes: [
      ...programRoutes(deps),
      ...codeRoutes(deps),
      ...bindingRoutes(deps),
      ...treeRoutes(deps),
      ...figureRoutes(deps),
      ...exportRoutes(deps),
    ],
    reaction: createListen(deps),
    loops: [
      {
        name: "referrals.settle",
        step: async () => {
          const heard = await hearLetters(deps, hearing);
          // However many letters come, trees are settled.
          const settled = await settleTouched(deps, settling);
          return heard || settled ? 0 : SETTLE_IDLE_MS;
        },
      },
      { name: "referrals.look", step: async () => ((await lookForConversions(deps, looking)) ? 0 : LOOK_IDLE_MS) },
    ],
    holder: createReferralHolder(deps),
  };
}
