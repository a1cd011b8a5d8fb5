/** Whether an option of a list has what was typed in its label or its value. */
export function optionFits(typed: string, option: { readonly label?: unknown; readonly value?: unknown } | undefined): boolean {
  return [option?.label, option?.value].some((text) => typeof text === "string" && text.toLowerCase().includes(typed.toLowerCase()));
}
