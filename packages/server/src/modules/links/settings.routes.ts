import * as api from "@terrace/contract/api/preferences";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { LinkDeps } from "./link-deps.ts";
import type { MakeLinks } from "./make-links.ts";
import { loadLinkSettings, saveLinkSettings } from "./settings.store.ts";

/** How the page of preferences works, and addresses of it. */
export function settingsRoutes(deps: LinkDeps, make: MakeLinks, forget: (workspaceId: number) => void): readonly RouteHandler[] {
  const { db, audit, nowMs, publicUrl } = deps;
  const ready = publicUrl !== undefined;
  return [
    handle(api.getPreferenceCentre, async (_input, { workspaceId }) => ({ ...(await loadLinkSettings(db, workspaceId)), ready })),
    handle(api.savePreferenceCentre, async ({ body }, { workspaceId, actor, ip }) => {
      await checkTemplate(deps, workspaceId, body.confirmTemplate);
      await inTransaction(db, async (tx) => {
        await saveLinkSettings(tx, workspaceId, body, { actor, at: new Date(nowMs()) });
        const target = `workspace:${workspaceId}`;
        await audit(tx, { workspaceId, actor, action: "preference_centre.change", target, detail: { ...body }, ip });
      });
      forget(workspaceId);
      return { ...body, ready };
    }),
    handle(api.makePreferenceLink, async ({ params }, { workspaceId, actor, ip }) => {
      const { personId, naming, originIds } = await deps.people.personOf(workspaceId, params.person);
      const naturalOrigin = deps.privacy.originId(workspaceId, naming.kind, naming.value);
      const url = make.preferencesOf(workspaceId, originIds.includes(naturalOrigin) ? naturalOrigin : (originIds[0] ?? naturalOrigin));
      if (url === undefined)
        throw faultError("links.no_public_url", {
          field: "TERRACE_PUBLIC_URL",
          mend: "Set the address at which people reach this installation",
        });
      await inTransaction(db, (tx) =>
        audit(tx, { workspaceId, actor, action: "preference_centre.link", target: `person:${personId}`, detail: {}, ip }),
      );
      return { url };
    }),
  ];
}

async function checkTemplate(deps: LinkDeps, workspaceId: number, template: string | null): Promise<void> {
  if (template === null) return;
  const told = await deps.templateOf(workspaceId, template);
  if (told === undefined || told.channel !== "email" || !told.published || !told.transactional)
    throw faultError("preferences.template_unfit", {
      field: "confirmTemplate",
      mend: "Choose a published e-mail template that is transactional and has {{ links.confirm }} in it",
    });
}
