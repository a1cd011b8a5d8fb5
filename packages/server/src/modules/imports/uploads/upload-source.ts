import type { Blobs } from "../../../platform/blobs/blobs.ts";
import type { ByteSource } from "../readers/byte-source.ts";
import type { UploadRow } from "./upload.store.ts";

/** An uploaded file, to be read from wherever a reader wants. */
export function uploadSource(blobs: Blobs, workspaceId: number, { id, fileName, bytes }: UploadRow): ByteSource {
  return { name: fileName, sizeBytes: bytes, read: (range) => blobs.read({ workspaceId, id }, range) };
}
