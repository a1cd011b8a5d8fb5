import type { PyramidBody } from "@terrace/contract/api/pyramids";

type Layer = PyramidBody["layers"][number];

/** A layer of a pyramid with what matters to a test; what is not said asks for nothing, and whoever lapses leaves at once. */
export function pyramidLayer(key: string, part: Partial<Layer> = {}): Layer {
  return {
    key,
    name: inBoth(key),
    rule: null,
    role: "",
    playbook: "",
    owners: [],
    benefits: [],
    badge: { label: inBoth(key), tone: "green", icon: null },
    promotion: "at_once",
    demotion: { lapse: { graceDays: 0 }, minimum: null },
    ...part,
  };
}

/** The same words in both languages. */
export function inBoth(text: string): { readonly zh: string; readonly en: string } {
  return { zh: text, en: text };
}
