import { appendUpload, createUpload, getUpload, PIECE_BYTES_MAX } from "@terrace/contract/api/import-uploads";
import { useEffect, useRef, useState } from "react";
import { ApiFault } from "../../app/api/api-fault.ts";
import { callRoute, sendBytes } from "../../app/api/client.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

export type Upload = { readonly id: string; readonly fileName: string; readonly bytes: number; readonly offset: number };
export type UploadState = {
  readonly upload: Upload | undefined;
  readonly error: unknown;
  readonly start: (file: File) => void;
  readonly stop: () => void;
};

const TRIES_MAX = 8;
const WAIT_MS = 1_000;

/** Uploads a file piece by piece; after a broken connection it asks how far it came and goes on from there. */
export function useUpload(onDone: (upload: Upload) => void): UploadState {
  const params = useWorkspaceParams();
  const [upload, setUpload] = useState<Upload>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  const stop = () => running.current?.abort();
  useEffect(() => stop, []);
  const start = (file: File) => {
    stop();
    const control = new AbortController();
    running.current = control;
    setError(undefined);
    setUpload({ id: "", fileName: file.name, bytes: file.size, offset: 0 });
    sendFile(file, { params, signal: control.signal, onProgress: setUpload }).then(onDone, (fault: unknown) => {
      if (control.signal.aborted) return;
      setUpload(undefined);
      setError(fault);
    });
  };
  return { upload, error, start, stop };
}

type Sending = {
  readonly params: { readonly workspace: string };
  readonly signal: AbortSignal;
  readonly onProgress: (upload: Upload) => void;
};

async function sendFile(file: File, { params, signal, onProgress }: Sending): Promise<Upload> {
  let upload: Upload = await callRoute(createUpload, { params, body: { fileName: file.name, bytes: file.size }, signal });
  let tries = 0;
  while (upload.offset < upload.bytes) {
    const place = { ...params, upload: upload.id };
    try {
      upload = await sendBytes(appendUpload, {
        params: place,
        bytes: file.slice(upload.offset, upload.offset + PIECE_BYTES_MAX),
        headers: { "upload-offset": String(upload.offset) },
        signal,
      });
      tries = 0;
    } catch (fault) {
      tries += 1;
      if (signal.aborted || tries > TRIES_MAX || !mayPass(fault)) throw fault;
      await new Promise((resolve) => {
        setTimeout(resolve, WAIT_MS * tries);
      });
      upload = await callRoute(getUpload, { params: place, signal }).catch(() => upload);
    }
    onProgress(upload);
  }
  return upload;
}

/** No answer, a busy server, or a piece that came twice: asking where the file ends mends all three. */
function mayPass(fault: unknown): boolean {
  return fault instanceof ApiFault && (fault.status === 0 || fault.status === 409 || fault.status === 429 || fault.status >= 500);
}
