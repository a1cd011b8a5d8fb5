/** Orders texts by their code points, as the event engine does by their bytes. */
export function compareByCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return inOrderOfPoints(left) - inOrderOfPoints(right);
  }
  return a.length - b.length;
}

/** Halves of code points beyond the first 65,536 come after all others. */
function inOrderOfPoints(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
