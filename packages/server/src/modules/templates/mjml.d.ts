// The package ships no types; these are the parts in use (v5).
declare module "mjml" {
  type MjmlError = { readonly line: number; readonly message: string; readonly tagName: string };
  type MjmlOptions = {
    readonly validationLevel: "soft";
    readonly keepComments: boolean;
    readonly ignoreIncludes: boolean;
    readonly useMjmlConfigOptions: boolean;
    readonly fonts: Readonly<Record<string, string>>;
  };
  export default function mjml2html(
    source: string,
    options: MjmlOptions,
  ): Promise<{ readonly html: string; readonly errors: readonly MjmlError[] }>;
}
