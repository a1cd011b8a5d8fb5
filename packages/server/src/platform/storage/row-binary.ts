const BYTES_AT_FIRST = 64 * 1024;
/** A varint of 32 bits takes five bytes at most. */
const VARINT_MAX = 5;

/** Writes values in the event engine's RowBinary format, one behind another; what a row is, the INSERT's list of columns says. */
export class RowBinary {
  #bytes: Buffer;
  #length = 0;

  /** `bytesAtFirst`: room for about what will be written, so that it need not be moved. */
  constructor(bytesAtFirst = BYTES_AT_FIRST) {
    this.#bytes = Buffer.allocUnsafeSlow(bytesAtFirst);
  }

  /** How many bytes were written so far. */
  get length(): number {
    return this.#length;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  uint64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeBigUInt64LE(value, this.#length);
  }

  /** A `DateTime64(3)`: whole milliseconds since 1970. */
  milliseconds(value: number): void {
    this.#reserve(8);
    // Two halves cost less than a bigint; the upper one carries the sign.
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length);
    this.#length = this.#bytes.writeInt32LE(Math.floor(value / 2 ** 32), this.#length);
  }

  /** A `String`, or a type that reads one. */
  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.#reserve(bytes + VARINT_MAX);
    let rest = bytes;
    for (; rest > 127; rest >>>= 7) this.#length = this.#bytes.writeUInt8((rest & 127) | 128, this.#length);
    this.#length = this.#bytes.writeUInt8(rest, this.#length);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** Values written before, as `bytes` gave them. */
  values(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  /** What was written, from byte `from` to byte `to`; a view. */
  bytes(from = 0, to = this.#length): Buffer {
    return this.#bytes.subarray(from, to);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
