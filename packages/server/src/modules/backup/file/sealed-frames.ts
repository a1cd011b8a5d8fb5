import { createCipheriv, createDecipheriv } from "node:crypto";
import { BackupRefused } from "./backup-fault.ts";

/** Clear bytes of every frame but the last. */
export const FRAME_BYTES = 1024 * 1024;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/**
 * Seals a stream in frames of one size, AES-256-GCM under one key: the nonce is the frame's number and whether it is the last, so that frames
 * cannot change places and an end that was cut off is noticed. Never seal two streams with one key.
 */
export async function* sealFrames(clear: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  let number = 0;
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of clear) {
    held.push(chunk);
    bytes += chunk.length;
    // One byte more than a frame: the last frame is never empty unless the whole stream is.
    while (bytes > FRAME_BYTES) {
      const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
      yield seal(key, number, all.subarray(0, FRAME_BYTES), false);
      number += 1;
      held = [all.subarray(FRAME_BYTES)];
      bytes -= FRAME_BYTES;
    }
  }
  yield seal(key, number, Buffer.concat(held), true);
}

/**
 * Opens what `sealFrames` made; `read` answers up to so many bytes of the file, fewer only at its end.
 * Throws `BackupRefused`: damaged, or truncated when the file ends before its last frame.
 */
export async function* openFrames(read: (bytes: number) => Promise<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  const size = FRAME_BYTES + TAG_BYTES;
  let current = await read(size);
  for (let number = 0; ; number += 1) {
    const next = current.length < size ? Buffer.alloc(0) : await read(size);
    const isLast = next.length === 0;
    yield open(key, { number, sealed: current, isLast });
    if (isLast) return;
    current = next;
  }
}

type Sealed = { readonly number: number; readonly sealed: Buffer; readonly isLast: boolean };

function open(key: Buffer, frame: Sealed): Buffer {
  const clear = tryOpen(key, frame);
  if (clear !== undefined) return clear;
  const whole = { ...frame, isLast: false };
  if (frame.isLast && (frame.sealed.length < FRAME_BYTES + TAG_BYTES || tryOpen(key, whole) !== undefined))
    throw new BackupRefused(
      "backup.truncated",
      `The backup ends too early or is damaged at its end (part ${frame.number + 1}); use another copy of the file.`,
    );
  throw new BackupRefused("backup.damaged", `The backup is damaged (part ${frame.number + 1}); use another copy of the file.`);
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(number, NONCE_BYTES - 7, 6);
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

function seal(key: Buffer, number: number, clear: Buffer, isLast: boolean): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(number, isLast));
  return Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

function tryOpen(key: Buffer, { number, sealed, isLast }: Sealed): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(number, isLast), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(tagAt));
  const clear = decipher.update(sealed.subarray(0, tagAt));
  try {
    decipher.final();
    return clear;
  } catch {
    // Node says no more than that the tag does not fit; the caller finds out why.
    return undefined;
  }
}
