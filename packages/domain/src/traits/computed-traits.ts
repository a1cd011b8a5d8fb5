/** Keys of the classes that come with templates. */
export const LIFECYCLE_KEY = "stage";
export const VALUE_LAYER_KEY = "value_layer";

/** Which keys classes can have that are made as such: so that no trait from outside is ever taken for one of theirs. */
export const CLASS_KEY = /^(?:stage|value_layer|class_[a-z0-9_]{1,30})$/;
/** The pyramid whose trait has no other name. */
export const MAIN_PYRAMID = "main";
const PYRAMID_CLASS_KEY = /^layer(?:_[a-z0-9_]{1,30})?$/;

/** The key of the class of a pyramid. */
export function classOfPyramid(key: string): string {
  return key === MAIN_PYRAMID ? "layer" : `layer_${key}`;
}

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
  const key = name.slice(1);
  return name.startsWith("$") && [CLASS_KEY, PYRAMID_CLASS_KEY, RFM_KEY].some((keys) => keys.test(key));
}
