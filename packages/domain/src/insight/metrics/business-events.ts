import type { EventSelector } from "../../conditions/condition.ts";

/** What an event means to the business. Which events do is a setting of the workspace. */
export const BUSINESS_EVENTS = ["user", "registration", "activation", "login", "use", "order", "refund", "comment"] as const;
export type BusinessEvent = (typeof BUSINESS_EVENTS)[number];

/** Which events count as what. */
export type BusinessEvents = Readonly<Record<BusinessEvent, readonly EventSelector[]>>;

const ORDER = ["Order Completed"];
/** Names that mean something by themselves: those of the Segment and 神策 conventions and of Terrace's own clients. */
const USUAL: Readonly<Record<BusinessEvent, readonly string[]>> = {
  user: ["Signed Up", "$identify", "$SignUp"],
  registration: ["Signed Up", "$SignUp"],
  activation: ["Onboarding Completed", ...ORDER],
  login: ["Signed In", "Application Opened", "$AppStart", "$MPLaunch", "$pageview", "Page Viewed"],
  use: [
    "$pageview",
    "$screen",
    "$MPViewScreen",
    "$AppViewScreen",
    "Page Viewed",
    "Screen Viewed",
    "Products Searched",
    "Product Viewed",
    "Product Added",
    "Checkout Started",
    ...ORDER,
    "Comment Posted",
    "Product Reviewed",
  ],
  order: ORDER,
  refund: ["Order Refunded"],
  comment: ["Comment Posted", "Product Reviewed"],
};

/** Whoever was ever seen is a user where nobody registers; whoever buys uses the product where nothing else is collected. */
const OTHERWISE: Readonly<Record<BusinessEvent, readonly EventSelector[]>> = {
  user: [{ event: null }],
  registration: [{ event: null }],
  activation: named(ORDER),
  login: named(ORDER),
  use: named(ORDER),
  order: named(ORDER),
  refund: named(USUAL.refund),
  comment: named(USUAL.comment),
};

/** What counts as what until someone decides: the usual names that occur in the workspace. */
export function suggestBusinessEvents(known: ReadonlySet<string>): BusinessEvents {
  const of = (role: BusinessEvent): readonly EventSelector[] => {
    const found = USUAL[role].filter((name) => known.has(name));
    return found.length === 0 ? OTHERWISE[role] : named(found);
  };
  return {
    user: known.has("Signed Up") || known.has("$SignUp") ? of("user") : OTHERWISE.user,
    registration: of("registration"),
    activation: of("activation"),
    login: of("login"),
    use: of("use"),
    order: of("order"),
    refund: of("refund"),
    comment: of("comment"),
  };
}

/** What counts as a registration where whoever was ever seen must not count as registered. */
export function registrationEvents({ registration }: BusinessEvents): readonly EventSelector[] {
  return registration.some(({ event, where }) => event === null && where === undefined)
    ? named(USUAL.registration.slice(0, 1))
    : registration;
}

/** Every name by which `suggestBusinessEvents` goes. */
export function namesThatCount(): readonly string[] {
  return [...new Set(Object.values(USUAL).flat())];
}

function named(names: readonly string[]): readonly EventSelector[] {
  return names.map((event) => ({ event }));
}
