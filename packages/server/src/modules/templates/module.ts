import type { Result } from "@terrace/domain/result";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { previewRoutes } from "./preview.routes.ts";
import { readyRoutes } from "./ready.routes.ts";
import { createRenderMessages, type RenderAsked, type Rendered, type RenderMessages } from "./render-messages.ts";
import { snippetRoutes } from "./snippet.routes.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { templateRoutes } from "./template.routes.ts";
import { tellTemplates, type TemplateTold } from "./template.store.ts";
import { versionRoutes } from "./version.routes.ts";

export type { RenderAsked, Rendered, RenderMessages, TemplateDeps, TemplateTold };

/** What is said: templates of messages, their versions and languages. See docs/guides/templates.md. */
export type Templates = {
  readonly routes: readonly RouteHandler[];
  /** Makes messages right before they are sent, in the order asked for; personal values are in clear. */
  readonly renderAll: RenderMessages;
  /** The same for one. */
  readonly render: (workspaceId: number, asked: RenderAsked) => Promise<Result<Rendered>>;
  /** What is told of some templates to what sends them; unknown ones are left out. */
  readonly tell: (sql: Db | Tx, workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, TemplateTold>>;
};

export function createTemplates(deps: TemplateDeps): Templates {
  const renderAll = createRenderMessages(deps);
  return {
    routes: [...templateRoutes(deps), ...versionRoutes(deps), ...previewRoutes(deps), ...snippetRoutes(deps), ...readyRoutes(deps)],
    renderAll,
    render: async (workspaceId, asked) => {
      const [rendered] = await renderAll(workspaceId, [asked]);
      if (rendered === undefined) throw new Error("a message that was asked for has no answer");
      return rendered;
    },
    tell: tellTemplates,
  };
}

/** Where people may be named in what operators write. */
export const TEMPLATE_TEXTS: readonly TextPlace[] = [
  { table: "message_template", column: "name", keys: ["template_id"], form: "clear" },
  { table: "message_template", column: "description", keys: ["template_id"], form: "clear" },
  { table: "message_template", column: "draft", keys: ["template_id"], form: "json" },
  { table: "message_template_version", column: "substance", keys: ["template_id", "version"], form: "json" },
  { table: "message_template_version", column: "compiled", keys: ["template_id", "version"], form: "json" },
  { table: "message_template_version", column: "note", keys: ["template_id", "version"], form: "clear" },
  { table: "message_snippet", column: "name", keys: ["snippet_id"], form: "clear" },
  { table: "message_snippet", column: "texts", keys: ["snippet_id"], form: "json" },
];
