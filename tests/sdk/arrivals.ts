import { eventually, type TestTerrace } from "@terrace/testkit/terrace";
import { expect } from "vitest";

/** A stored event as GET …/events answers it. */
export type StoredEvent = {
  readonly eventId: string;
  readonly messageId: string;
  readonly name: string;
  readonly time: string;
  readonly personId: string;
  readonly source: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, string>>;
};

/** A person as GET …/person answers it. */
export type FoundPerson = {
  readonly id: string;
  readonly identified: boolean;
  readonly identities: readonly { readonly kind: string; readonly value: string }[];
  readonly traits: readonly { readonly key: string; readonly value: unknown; readonly personal: boolean }[];
};

/** Events stored so far, newest first; `query` narrows them, e.g. `{ name: "Order Completed" }`. */
export async function storedEvents(terrace: TestTerrace, query: Readonly<Record<string, string>> = {}): Promise<readonly StoredEvent[]> {
  const { items } = await terrace.api<{ items: StoredEvent[] }>(`/events?${new URLSearchParams({ limit: "200", ...query }).toString()}`);
  return items;
}

/** Waits until exactly `count` events of this query are stored. */
export async function arrived(terrace: TestTerrace, query: Readonly<Record<string, string>>, count = 1): Promise<readonly StoredEvent[]> {
  return eventually(async () => {
    const events = await storedEvents(terrace, query);
    expect(events, JSON.stringify(query)).toHaveLength(count);
    return events;
  });
}

/** The one event of a name. */
export async function arrivedOne(terrace: TestTerrace, name: string): Promise<StoredEvent> {
  const [event] = await arrived(terrace, { name });
  if (event === undefined) throw new Error(`${name} did not arrive`);
  return event;
}

/** Waits until the owner of an id passes the check, and answers them. */
export async function person(
  terrace: TestTerrace,
  kind: string,
  value: string,
  check: (found: FoundPerson) => void = () => undefined,
): Promise<FoundPerson> {
  return eventually(async () => {
    const found = await terrace.api<FoundPerson>(`/person?${new URLSearchParams({ kind, value }).toString()}`);
    check(found);
    return found;
  });
}

/** Traits by key. */
export function traitsOf({ traits }: FoundPerson): Readonly<Record<string, unknown>> {
  return Object.fromEntries(traits.map(({ key, value }) => [key, value]));
}

/** Identities as `kind:value`, in the order of their strength. */
export function identitiesOf({ identities }: FoundPerson): readonly string[] {
  return identities.map(({ kind, value }) => `${kind}:${value}`);
}

/** Where Sensors Data clients send; the token is the write key. */
export function sensorsUrl(terrace: TestTerrace, path = "/sa"): string {
  return `${terrace.url}${path}?project=default&token=${terrace.writeKey}`;
}
