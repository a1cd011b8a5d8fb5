/** Whether a key press belongs to a field or an open dialog, so that shortcuts must keep out. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
    return !(target instanceof HTMLInputElement && /^(?:checkbox|radio|button)$/.test(target.type));
  }
  return target.closest('[role="dialog"], [role="listbox"]') !== null;
}
