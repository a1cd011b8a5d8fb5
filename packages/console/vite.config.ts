import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where the API runs while the console is developed with `vite`. */
const API_ORIGIN = "http://127.0.0.1:7700";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
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
