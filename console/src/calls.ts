/** The phone and the call scripts: a module of its own. */
import init, { Calls } from "./calls/built/calls";
import url from "./calls/built/calls_bg.wasm?url";
import { filesOf, type Library } from "./rules";

let started: Promise<unknown> | null = null;

export async function readCalls(library: Library): Promise<Calls> {
  started ??= init({ module_or_path: url });
  try {
    await started;
  } catch (error) {
    started = null;
    throw error;
  }
  const calls = new Calls();
  for (const { name, text } of filesOf(library.documents)) calls.put(name, text);
  return calls;
}
