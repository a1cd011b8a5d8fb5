import react from "@vitejs/plugin-react";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vite";

/** Where the API runs while the console is developed with `vite`. */
const API_ORIGIN = "http://127.0.0.1:7700";

/** Writes `.br` and `.gz` beside every text file of the build, so that the server hands them out without compressing each time. */
function precompress(): Plugin {
  const compress = async (path: string): Promise<void> => {
    const bytes = await readFile(path);
    await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  };
  return {
    name: "precompress",
    apply: "build",
    writeBundle: async ({ dir }) => {
      if (dir === undefined) return;
      const files = await readdir(dir, { recursive: true });
      await Promise.all(files.filter((file) => /\.(?:js|css|svg|html)$/.test(file)).map((file) => compress(join(dir, file))));
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompress()],
  server: { port: 7701, proxy: { "/api": API_ORIGIN, "/v1": API_ORIGIN } },
  build: {
    outDir: "dist",
    target: "es2023",
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        // Vendors change less often than pages: each in a chunk of its own stays cached across releases.
        codeSplitting: {
          groups: [
            { name: "charts", test: /node_modules[\\/](?:echarts|zrender)[\\/]/ },
            { name: "react", test: /node_modules[\\/](?:react|react-dom|scheduler|react-router|@tanstack|i18next|react-i18next)[\\/]/ },
          ],
        },
      },
    },
  },
});
