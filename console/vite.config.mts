import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The Worker that `make dev` starts; only for the development server of Vite.
const worker = process.env.CONSOLE_WORKER ?? "http://127.0.0.1:8787";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: {
    // A stand-in for what React has itself: wouter and zustand bring it along for older ones.
    alias: [{ find: /^use-sync-external-store\/shim(\/index\.js)?$/, replacement: "react" }],
  },
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
    // What several pages share is one file: without HTTP/2 a browser reads six at a time, and a
    // page would wait for its rules behind four small ones.
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What the entry has stays in the entry.
          includeDependenciesRecursively: false,
          groups: [
            {
              name: "shared",
              test: /console\/src\/(menu\/|pages\/(?!today)|rules\.ts|rules\/built|styles\/(menu|lists)\.css|parts\/(act|refusal|sentences|text|when|words)\.)|menu\.schema\.json/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": worker, "/healthz": worker } },
});
