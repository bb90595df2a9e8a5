import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The Worker that `make dev` starts; only for the development server of Vite.
const worker = process.env.CONSOLE_WORKER ?? "http://127.0.0.1:8787";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Everything lies under /console: other paths belong to the Worker.
    assetsDir: "console/assets",
    // An inlined asset is a data: URL, which the Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    // No browser that runs the rules needs it.
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": worker, "/healthz": worker } },
});
