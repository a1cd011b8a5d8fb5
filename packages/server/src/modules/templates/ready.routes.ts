import * as api from "@terrace/contract/api/templates-preview";
import { readyTemplate, READY_TEMPLATES, type ReadyTemplate } from "@terrace/domain/templates/ready/all";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { makeTemplate, publish } from "./template.commands.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { findByKeys, type TemplateStored } from "./template.store.ts";

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
      return inTransaction(deps.db, async (tx) => {
        const { id, publishedVersion } = await take(deps, tx, context, { ready, language: body.defaultLanguage });
        return { id, version: publishedVersion ?? 1 };
      });
    }),
  ];
}

export type ReadyAsked = { readonly keys: readonly string[]; readonly language: "zh-cn" | "en" };

/** Templates of some keys of the gallery, by key: those that are there already as they are, the others made and published. Answers their ids. */
export async function takeReadyTemplates(
  deps: TemplateDeps,
  tx: Tx,
  context: RouteContext,
  { keys, language }: ReadyAsked,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map((await findByKeys(tx, context.workspaceId, keys)).map(({ id, key }) => [key, id]));
  for (const key of new Set(keys)) {
    const ready = readyTemplate(key);
    if (ids.has(key) || ready === undefined) continue;
    ids.set(key, (await take(deps, tx, context, { ready, language })).id);
  }
  return ids;
}

async function take(
  deps: TemplateDeps,
  tx: Tx,
  context: RouteContext,
  { ready, language }: { readonly ready: ReadyTemplate; readonly language: "zh-cn" | "en" },
): Promise<TemplateStored> {
  const isZh = language === "zh-cn";
  const { key, channel, name, description, substance } = ready;
  const row = await makeTemplate(deps, tx, context, {
    key,
    channel,
    name: isZh ? name.zh : name.en,
    description: isZh ? description.zh : description.en,
    substance: { ...substance, defaultLanguage: language },
  });
  return publish(deps, tx, context, { row, note: "" });
}
