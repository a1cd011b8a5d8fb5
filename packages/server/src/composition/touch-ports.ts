import { fail, ok, type Result } from "@terrace/domain/result";
import type { MakeLinks, TemplateLinks } from "../modules/links/module.ts";
import type { Content, RenderAsked } from "../modules/messages/module.ts";
import type { Rendered, Templates } from "../modules/templates/module.ts";
import { batched } from "../platform/batched.ts";

/** Messages that are made at once: what they need of people and templates is read for all of them together. */
const RENDER_AT_ONCE = 100;

type Asking = { readonly workspaceId: number; readonly asked: RenderAsked; readonly links: TemplateLinks };

/** Templates as the outbox asks for them, with links that end a message and tell what was done with it. */
export function contentOf(templates: Pick<Templates, "renderAll" | "facts">, links: Pick<MakeLinks, "linksOf" | "track">): Content {
  const render = batched<Asking, Result<Rendered>>(RENDER_AT_ONCE, async (all) => {
    const answers = new Map<Asking, Result<Rendered>>();
    for (const [workspaceId, own] of Map.groupBy(all, (one) => one.workspaceId)) {
      const rendered = await templates.renderAll(workspaceId, own.map(askedOf));
      for (const [at, one] of own.entries()) {
        const made = rendered[at];
        if (made !== undefined) answers.set(one, made);
      }
    }
    return all.map((one) => answers.get(one) ?? fail("template.not_published", { field: "template", mend: "Publish the template" }));
  });
  return {
    facts: (sql, workspaceId, asked) =>
      templates.facts(
        sql,
        workspaceId,
        asked.map(({ template, version }) => ({ template, version: version ?? undefined })),
      ),
    render: async (workspaceId, asked) => {
      const linked = await links.linksOf(workspaceId, asked);
      if (!linked.ok) return linked;
      const made = await render({ workspaceId, asked, links: linked.value });
      if (!made.ok) return made;
      // It passed quiet hours and caps as something that it is not any more.
      if (asked.transactional && !made.value.transactional)
        return fail("template.not_transactional", { field: "template", mend: "Send what people did not ask for as any other message" });
      return ok({ message: await links.track(workspaceId, asked, made.value.message), version: made.value.version });
    },
  };
}

function askedOf({ asked: { template, version, originId, variables }, links }: Asking) {
  return { template, originId, event: variables, links, ...(version === null ? {} : { version }) };
}
