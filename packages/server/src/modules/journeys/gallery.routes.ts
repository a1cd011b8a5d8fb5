import * as api from "@terrace/contract/api/journeys-gallery";
import { READY_JOURNEYS, readyJourney, type ReadyJourney } from "@terrace/domain/journeys/ready/all";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { readyTemplate } from "@terrace/domain/templates/ready/all";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { beginIn, refuseUnseen } from "./journey.commands.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { writtenAs } from "./journey.views.ts";

/** Journeys that are ready to be taken. */
export function galleryRoutes(deps: JourneyDeps): readonly RouteHandler[] {
  return [
    handle(api.listReadyJourneys, () => Promise.resolve({ items: READY_JOURNEYS.map(readyView) })),
    handle(api.takeReadyJourney, async ({ params, body: { language } }, context) => {
      const ready = readyJourney(params.ready);
      if (ready === undefined) throw faultError("journey.not_found", { field: "ready", mend: "Choose one of the gallery" });
      const isZh = language === "zh-cn";
      return inTransaction(deps.db, async (tx) => {
        const ids = await deps.readyTemplates(tx, context, { keys: ready.templates, language });
        const definition = ready.draw({ say: ({ zh, en }) => (isZh ? zh : en), template: (key) => ids.get(key) ?? "" });
        refuseUnseen(definition, context.fields);
        return { id: await beginIn(deps, tx, context, { name: isZh ? ready.name.zh : ready.name.en, definition }) };
      });
    }),
  ];
}

function readyView({ key, name, description, templates, draw }: ReadyJourney): api.ReadyJourneyRow {
  const definition: JourneyDefinition = draw({ say: ({ en }) => en, template: (one) => one });
  return {
    key,
    nameZh: name.zh,
    nameEn: name.en,
    descriptionZh: description.zh,
    descriptionEn: description.en,
    entry: writtenAs(definition).entry,
    templates: templates.flatMap((one) => {
      const ready = readyTemplate(one);
      return ready === undefined ? [] : [{ key: one, channel: ready.channel, nameZh: ready.name.zh, nameEn: ready.name.en }];
    }),
  };
}
