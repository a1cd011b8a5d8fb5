/** Who besides its owner sees something that was saved, and whether they may change it too. */
export type Sharing = { readonly with: "nobody" | "everyone" | readonly string[]; readonly may: "view" | "edit" };

/** Someone who looks: under which name they own things, in which role, and whether they look after everything in the workspace. */
export type Looker = { readonly name: string; readonly role: string | null; readonly managesAll: boolean };

type Shared = { readonly owner: string; readonly sharing: Sharing };

/** Whether someone may see it. */
export function maySee({ owner, sharing }: Shared, { name, role, managesAll }: Looker): boolean {
  if (managesAll || owner === name || sharing.with === "everyone") return true;
  return sharing.with !== "nobody" && role !== null && sharing.with.includes(role);
}

/** Whether someone who may change such things at all may change this one. */
export function mayChange(shared: Shared, looker: Looker): boolean {
  if (looker.managesAll || shared.owner === looker.name) return true;
  return shared.sharing.may === "edit" && maySee(shared, looker);
}
