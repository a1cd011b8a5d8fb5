import type { TemplateSubstance } from "@terrace/domain/templates/content";
import { chooseLanguage } from "@terrace/domain/templates/language";
import type { Snippets } from "@terrace/domain/templates/snippets";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { loadBusiness, type Business } from "./business.store.ts";
import type { FieldView } from "@terrace/domain/access/field-view";
import { lintTemplate, type Linted } from "./render/lint.ts";
import { loadSnippets } from "./snippet.store.ts";
import { openTexts } from "./substance.ts";
import type { TemplateDeps } from "./template-deps.ts";

type Asker = { readonly workspaceId: number; readonly fields: FieldView };

/** Looks a template through before it is published, with the snippets and the people that the workspace has; of traits that who asks does not see no figures are told. */
export async function checkSubstance(deps: TemplateDeps, sql: Db | Tx, asker: Asker, substance: TemplateSubstance): Promise<Linted> {
  const { workspaceId, fields } = asker;
  const [snippets, business] = await Promise.all([
    snippetsOf(deps, sql, workspaceId, substance.defaultLanguage),
    businessOf(deps, sql, workspaceId),
  ]);
  return lintTemplate(substance, {
    snippets,
    business,
    sees: (trait) => fields.trait(trait, "") !== "hidden",
    traitShares: (traits) => deps.people.traitShares(workspaceId, traits),
  });
}

/** The snippets of a workspace in a language, each else in the template's default language, else in any. */
export async function snippetsOf(
  deps: Pick<TemplateDeps, "privacy">,
  sql: Db | Tx,
  workspaceId: number,
  defaultLanguage: string,
): Promise<(language: string) => Snippets> {
  const rows = (await loadSnippets(sql, workspaceId)).map(({ key, texts }) => ({ key, texts: openTexts(deps, texts) }));
  return (language) =>
    new Map(
      rows.flatMap(({ key, texts }) => {
        const present = Object.keys(texts).toSorted();
        const fallback = present.includes(defaultLanguage) ? defaultLanguage : (present[0] ?? language);
        const text = texts[chooseLanguage(language, present, fallback)];
        return text === undefined ? [] : [[key, text] as const];
      }),
    );
}

/** What messages say of the business; its name is the workspace's unless it says another. */
export async function businessOf({ workspace }: Pick<TemplateDeps, "workspace">, sql: Db | Tx, workspaceId: number): Promise<Business> {
  const said = await loadBusiness(sql, workspaceId);
  return said.name === "" ? { ...said, name: (await workspace(workspaceId))?.name ?? "" } : said;
}
