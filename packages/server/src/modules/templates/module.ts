import type { Result } from "@terrace/domain/result";
import type { RouteContext, RouteHandler } from "../../platform/http/handler.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { businessOf } from "./check.ts";
import { previewRoutes } from "./preview.routes.ts";
import { readyRoutes, takeReadyTemplates, type ReadyAsked } from "./ready.routes.ts";
import {
  createRenderMessages,
  createVersions,
  type RenderAsked,
  type Rendered,
  type RenderMessages,
  type VersionFacts,
} from "./render-messages.ts";
import { snippetRoutes } from "./snippet.routes.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { templateRoutes } from "./template.routes.ts";
import { tellTemplates, type TemplateTold } from "./template.store.ts";
import { versionRoutes } from "./version.routes.ts";

export type { VersionFacts, RenderAsked, Rendered, RenderMessages, TemplateDeps, TemplateTold };

/** What is said: templates of messages, their versions and languages. See docs/guides/templates.md. */
export type Templates = {
  /** What the business calls itself, else the workspace's name. */
  readonly businessName: (workspaceId: number) => Promise<string>;
  readonly routes: readonly RouteHandler[];
  /** Makes messages right before they are sent, in the order asked for; personal values are in clear. */
  readonly renderAll: RenderMessages;
  /** The same for one. */
  readonly render: (workspaceId: number, asked: RenderAsked) => Promise<Result<Rendered>>;
  /** What the versions of some templates say that would be sent; in the order asked for, undefined of what is not published. */
  readonly facts: (
    sql: Db | Tx,
    workspaceId: number,
    asked: readonly { readonly template: string; readonly version: number | undefined }[],
  ) => Promise<readonly (VersionFacts | undefined)[]>;
  /** Templates of the gallery, by key: those that are there already, the others made and published in the transaction. Answers their ids. */
  readonly takeReady: (tx: Tx, context: RouteContext, asked: ReadyAsked) => Promise<ReadonlyMap<string, string>>;
  /** What is told of some templates to what sends them; unknown ones are left out. */
  readonly tell: (sql: Db | Tx, workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, TemplateTold>>;
};

export function createTemplates(deps: TemplateDeps): Templates {
  const versions = createVersions(deps);
  const renderAll = createRenderMessages(deps, versions);
  return {
    businessName: async (workspaceId) => (await businessOf(deps, deps.db, workspaceId)).name,
    routes: [...templateRoutes(deps), ...versionRoutes(deps), ...previewRoutes(deps), ...snippetRoutes(deps), ...readyRoutes(deps)],
    renderAll,
    render: async (workspaceId, asked) => {
      const [rendered] = await renderAll(workspaceId, [asked]);
      if (rendered === undefined) throw new Error("a message that was asked for has no answer");
      return rendered;
    },
    facts: versions.find,
    takeReady: (tx, context, asked) => takeReadyTemplates(deps, tx, context, asked),
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
