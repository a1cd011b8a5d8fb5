/**
 * Somebody was given a variant of an experiment: `experiment` and `variant` are keys, `flag` the key of the flag that served it if one did,
 * `unit` what was assigned (person, group, session), `hash_version` how it was put into a bucket, `version` which assignment of the experiment it was.
 * `period` which shares of a bandit the variant was drawn by, counted from 0. Servers log it too, so it says nothing about the person having been there.
 */
export const EXPOSURE = "$exposure";
