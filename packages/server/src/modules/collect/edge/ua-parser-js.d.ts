// The package ships no types; these are the parts in use (v1).
declare module "ua-parser-js" {
  export class UAParser {
    constructor(userAgent: string);
    getBrowser(): { readonly name?: string };
    getOS(): { readonly name?: string };
    getDevice(): { readonly type?: string };
  }
}
