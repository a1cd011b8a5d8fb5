import { useSearchParams } from "react-router";

export type Address = {
  /** What the address asks after its `?`. */
  readonly search: URLSearchParams;
  /** Sets one value; an empty one is taken out. One cannot go back to an address that was replaced. */
  readonly set: (name: string, value: string, options?: { readonly replace: boolean }) => void;
  readonly clear: () => void;
};

/** The part of the address that holds what a page shows, so that a copied link shows a colleague the same. */
export function useAddress(): Address {
  const [search, setSearch] = useSearchParams();
  const set: Address["set"] = (name, value, options = { replace: true }) =>
    setSearch((now) => {
      const next = new URLSearchParams(now);
      if (value === "") next.delete(name);
      else next.set(name, value);
      return next;
    }, options);
  return { search, set, clear: () => setSearch({}) };
}
