import * as api from "@terrace/contract/api/templates-preview";
import type { JsonObject } from "@terrace/domain/json";
import type { Result } from "@terrace/domain/result";
import type { TemplateSubstance } from "@terrace/domain/templates/content";
import { chooseLanguage, languageOf } from "@terrace/domain/templates/language";
import type { RenderedMessage } from "@terrace/domain/messages/delivery";
import { faultError, faultErrorOf } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler, type RouteInput } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { businessOf, snippetsOf } from "./check.ts";
import { compileEmail } from "./render/compile-email.ts";
import { FILTER_NAMES, LiquidError } from "./render/liquid.ts";
import { readContent } from "./render/read-content.ts";
import { withSnippets } from "./render/with-snippets.ts";
import { placeOf } from "./render-messages.ts";
import { openSubstance } from "./substance.ts";
import { templateOrThrow } from "./template.commands.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { findVersion } from "./version.store.ts";

/** Where links of a preview lead: nowhere. */
const PREVIEW_LINKS = {
  unsubscribe: "https://preview.invalid/unsubscribe",
  preferences: "https://preview.invalid/preferences",
  confirm: "https://preview.invalid/confirm",
};
const GIVEN_VARIABLES = [
  "business.name",
  "business.address",
  "business.website",
  "links.unsubscribe",
  "links.preferences",
  "links.confirm",
];

type Asked = Omit<RouteInput<typeof api.previewTemplate>["body"], "person">;

/** Templates as people would get them. */
export function previewRoutes(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.previewTemplate, async ({ params, body }, context) => {
      const { person, event, ...asked } = body;
      return preview(deps, context.workspaceId, params.template, { asked, person, event });
    }),
    handle(api.previewTemplateAs, async ({ params, body }, context) => {
      const { event, reason, ...asked } = body;
      const view = reason === undefined ? context.fields : await unmasked(deps, context, params.person, reason);
      const { workspaceId } = context;
      const personId = (await deps.people.owners(workspaceId, [params.person])).get(params.person);
      const [spoken] = personId === undefined ? [] : await deps.people.speakOf(workspaceId, [{ personId, properties: event }], view);
      if (spoken === undefined) throw faultError("person.not_found", { field: "person", mend: "Search for the person by one of its ids" });
      return preview(deps, workspaceId, params.template, { asked, person: spoken.traits, event: spoken.properties });
    }),
    handle(api.listTemplateVariables, async (_input, { workspaceId, fields }) => {
      const { people, traits } = await deps.people.traitNames(workspaceId);
      return {
        people,
        traits: traits.filter(({ key }) => fields.trait(key, "") !== "hidden").map((trait) => ({ ...trait })),
        variables: GIVEN_VARIABLES,
        filters: FILTER_NAMES,
      };
    }),
  ];
}

/** First the record, then the values. */
async function unmasked(deps: TemplateDeps, { workspaceId, actor, ip, fields, may }: RouteContext, person: string, reason: string) {
  if (!may("people:unmask"))
    throw faultError("role.not_allowed", { field: "reason", mend: "Ask somebody who may see personal values in clear" });
  await inTransaction(deps.db, (tx) =>
    deps.audit(tx, { workspaceId, actor, action: "person.unmask", target: `person:${person}`, detail: { reason }, ip }),
  );
  return fields.unmasked();
}

type Given = { readonly asked: Omit<Asked, "event">; readonly person: JsonObject; readonly event: JsonObject };

async function preview(deps: TemplateDeps, workspaceId: number, template: string, { asked, person, event }: Given) {
  const substance = await substanceOf(deps, workspaceId, template, asked);
  const languages = Object.keys(substance.contents);
  const language = chooseLanguage(asked.language ?? languageOf(person), languages, substance.defaultLanguage);
  const content = substance.contents[language];
  if (content === undefined)
    throw faultError("template.language_missing", { field: "language", mend: "Choose one of its languages", details: { language } });
  const snippets = await snippetsOf(deps, deps.db, workspaceId, substance.defaultLanguage);
  const whole = withSnippets(content, snippets(language));
  if (!whole.ok) return answer(language, whole);
  const [business, place] = await Promise.all([businessOf(deps, deps.db, workspaceId), placeOf(deps, workspaceId)]);
  const variables = { person, event, journey: {}, business, links: PREVIEW_LINKS };
  const unsubscribeUrl = substance.transactional ? undefined : PREVIEW_LINKS.unsubscribe;
  try {
    const email = whole.value.channel === "email" ? (await compileEmail(whole.value, language)).compiled : undefined;
    return answer(language, readContent({ content: whole.value, email })(variables, { ...place, language, unsubscribeUrl }));
  } catch (error) {
    if (!(error instanceof LiquidError)) throw error;
    return answer(language, { ok: false, fault: { code: "template.unreadable", mend: error.message.slice(0, 300) } });
  }
}

async function substanceOf(
  deps: TemplateDeps,
  workspaceId: number,
  template: string,
  { version, content, language }: Given["asked"],
): Promise<TemplateSubstance> {
  const row = await templateOrThrow(deps, workspaceId, template);
  if (version !== undefined) {
    const published = await findVersion(deps.db, workspaceId, row.id, version);
    if (published === undefined) throw faultError("template.no_such_version", { field: "version", mend: "Choose one of the list" });
    return openSubstance(deps, published.substance);
  }
  const draft = openSubstance(deps, row.draft);
  if (content === undefined) return draft;
  if (content.channel !== row.channel)
    throw faultError("template.channel_differs", {
      field: "content.channel",
      mend: "A content is of its template's channel",
      details: { channel: row.channel },
    });
  return { ...draft, contents: { ...draft.contents, [language ?? draft.defaultLanguage]: content } };
}

/** A template that cannot be filled is an answer, not a failure: somebody is writing it. */
function answer(language: string, made: Result<RenderedMessage>): api.TemplatePreview {
  if (made.ok) return { language, message: shown(made.value), fault: null };
  const { code, mend = "", details = {} } = made.fault;
  // A code that the contract does not know is a bug.
  faultErrorOf(made.fault);
  return { language, message: null, fault: { code, mend, details: { ...details } } };
}

function shown(message: RenderedMessage): api.ShownMessage {
  return api.renderedMessageSchema.parse(message);
}
