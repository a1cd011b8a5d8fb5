import { join } from "node:path";
import { ROOT, repoFiles } from "./style/source-files.ts";

export type Texts = Readonly<Record<string, string>>;

/** The files of one language of the console (`zh-cn` or `en`), each with its texts by key. */
export async function localeFiles(language: "zh-cn" | "en"): Promise<readonly { readonly path: string; readonly texts: Texts }[]> {
  const files = repoFiles(`packages/console/src/app/locale/${language}`);
  return Promise.all(
    files.map(async ({ path }) => {
      const exported = (await import(join(ROOT, path))) as Record<string, Texts>;
      return { path, texts: Object.assign({}, ...Object.values(exported)) as Texts };
    }),
  );
}

/** All texts of one language. */
export async function localeTexts(language: "zh-cn" | "en"): Promise<Texts> {
  return Object.assign({}, ...(await localeFiles(language)).map(({ texts }) => texts)) as Texts;
}
