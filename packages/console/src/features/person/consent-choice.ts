export type ConsentChoice = { readonly purpose: string; readonly name: string; readonly state: "given" | "withdrawn" };
