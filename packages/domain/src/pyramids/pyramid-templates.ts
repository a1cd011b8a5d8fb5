/** What a pyramid of a template is for. */
export const PYRAMID_TEMPLATE_KINDS = ["community", "shop"] as const;
export type PyramidTemplateKind = (typeof PYRAMID_TEMPLATE_KINDS)[number];
