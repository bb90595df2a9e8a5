/** The module of the rules, read and compiled once. */
import url from "./built/rules_bg.wasm?url";

let compiled: Promise<WebAssembly.Module> | null = null;

export function compileRules(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compileStreaming(fetch(url)).catch((error: unknown) => {
    compiled = null;
    throw error;
  });
  return compiled;
}
