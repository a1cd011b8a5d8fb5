import fc from "fast-check";
import { expect, test } from "vitest";
import { BackupRefused } from "./backup-fault.ts";
import { FRAME_BYTES, openFrames, sealFrames } from "./sealed-frames.ts";

const KEY = Buffer.alloc(32, 7);

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(frames: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const frame of frames) found.push(frame);
  return Buffer.concat(found);
}

async function opened(sealed: Buffer, key = KEY): Promise<Buffer> {
  let at = 0;
  const read = (bytes: number): Promise<Buffer> => Promise.resolve(sealed.subarray(at, (at += bytes)));
  return collect(openFrames(read, key));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "opened",
    (error: unknown) => (error instanceof BackupRefused ? error.code : String(error)),
  );
}

const contents = fc.record({
  size: fc.constantFrom(0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 2 * FRAME_BYTES + 12_345),
  chunk: fc.constantFrom(100_000, 700_001, 3 * FRAME_BYTES),
});

test("what was sealed opens to the same bytes, however it was cut into chunks", async () => {
  await fc.assert(
    fc.asyncProperty(contents, async ({ size, chunk }) => {
      const clear = Buffer.alloc(size, 3);
      expect((await opened(await collect(sealFrames(chunksOf(clear, chunk), KEY)))).equals(clear)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test("any changed byte, any lost end and any other order of frames is refused", async () => {
  const sealed = await collect(sealFrames(chunksOf(Buffer.alloc(2 * FRAME_BYTES + 5_000, 9), 400_000), KEY));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: sealed.length - 1 }), fc.boolean(), async (at, cuts) => {
      const damaged = Buffer.from(cuts ? sealed.subarray(0, at) : sealed);
      if (!cuts) damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(await codeOf(opened(damaged))).toMatch(/^backup\.(damaged|truncated)$/);
    }),
    { numRuns: 30 },
  );
  const frame = FRAME_BYTES + 16;
  const swapped = Buffer.concat([sealed.subarray(frame, 2 * frame), sealed.subarray(0, frame), sealed.subarray(2 * frame)]);
  expect(await codeOf(opened(swapped))).toBe("backup.damaged");
  expect(await codeOf(opened(sealed.subarray(0, 2 * frame)))).toBe("backup.truncated");
  expect(await codeOf(opened(sealed, Buffer.alloc(32, 8)))).toBe("backup.damaged");
});
