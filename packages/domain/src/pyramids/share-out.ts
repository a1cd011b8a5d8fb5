/** Gives each person to whoever has the fewest then; of several the first. */
export function shareOut(
  people: readonly string[],
  owners: readonly { readonly owner: string; readonly people: number }[],
): readonly { readonly person: string; readonly owner: string }[] {
  const loads = owners.map((owner) => ({ ...owner }));
  const least = () =>
    loads.reduce<(typeof loads)[number] | undefined>(
      (best, load) => (best === undefined || load.people < best.people ? load : best),
      undefined,
    );
  return people.flatMap((person) => {
    const to = least();
    if (to === undefined) return [];
    to.people += 1;
    return [{ person, owner: to.owner }];
  });
}
