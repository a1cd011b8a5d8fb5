import * as api from "@terrace/contract/api/templates-preview";
import { readyTemplate, READY_TEMPLATES } from "@terrace/domain/templates/ready/all";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { makeTemplate, publish } from "./template.commands.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { findByKeys } from "./template.store.ts";

/** Templates that are ready to be taken. */
export function readyRoutes(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.listReadyTemplates, async (_input, { workspaceId }) => {
      const taken = new Map(
        (
          await findByKeys(
            deps.db,
            workspaceId,
            READY_TEMPLATES.map(({ key }) => key),
          )
        ).map(({ id, key, name }) => [key, { id, name }]),
      );
      return {
        items: READY_TEMPLATES.map(({ key, channel, name, description, substance }) => ({
          key,
          channel,
          nameZh: name.zh,
          nameEn: name.en,
          descriptionZh: description.zh,
          descriptionEn: description.en,
          tags: [...substance.tags],
          taken: taken.get(key) ?? null,
        })),
      };
    }),
    handle(api.takeReadyTemplate, async ({ params, body }, context) => {
      const ready = readyTemplate(params.ready);
      if (ready === undefined) throw faultError("template.not_found", { field: "ready", mend: "Choose one of the gallery" });
      const isZh = body.defaultLanguage === "zh-cn";
      const { key, channel, name, description, substance } = ready;
      const made = {
        key,
        channel,
        name: isZh ? name.zh : name.en,
        description: isZh ? description.zh : description.en,
        substance: { ...substance, defaultLanguage: body.defaultLanguage },
      };
      return inTransaction(deps.db, async (tx) => {
        const row = await makeTemplate(deps, tx, context, made);
        const { publishedVersion } = await publish(deps, tx, context, { row, note: "" });
        return { id: row.id, version: publishedVersion ?? 1 };
      });
    }),
  ];
}
