/** Keys of the classes that come with templates. */
export const LIFECYCLE_KEY = "stage";
export const VALUE_LAYER_KEY = "value_layer";

/** Which keys classes can have: so that no trait from outside is ever taken for one of theirs. */
export const CLASS_KEY = /^(?:stage|value_layer|class_[a-z0-9_]{1,30})$/;

/** The classes of RFM, which are made and kept by switching it on. */
const RFM_KEY = /^rfm(?:_[rfm])?$/;

/** The trait that holds the value of a class. */
export function traitOfClass(key: string): string {
  return `$${key}`;
}

/** Which keys traits that are reckoned from events can have. */
export const COMPUTED_KEY = /^[a-z][a-z0-9_]{0,39}$/;
const COMPUTED_PREFIX = "$computed_";

/** The trait that holds what is reckoned under a key. */
export function traitOfComputed(key: string): string {
  return `${COMPUTED_PREFIX}${key}`;
}

/** Whether a trait is reckoned by Terrace and cannot be set from outside. */
export function isComputedTrait(name: string): boolean {
  if (name.startsWith(COMPUTED_PREFIX)) return true;
  return name.startsWith("$") && (CLASS_KEY.test(name.slice(1)) || RFM_KEY.test(name.slice(1)));
}
