/** The module of the phone and the call scripts, read when somebody calls or has tests. */
import { useEffect, useState } from "react";
import type { Calls, ScriptRun } from "../calls/built/calls";
import type { Library } from "../rules";

export type { Calls, Move, Played, ScriptRun } from "../calls/built/calls";

export async function readCalls(library: Library): Promise<Calls> {
  const module = await import("../calls");
  return module.readCalls(library);
}

/** What calls are made with, once that is wanted and was read; else why it was not. */
export function useCalls(library: Library, wanted: boolean): { calls: Calls | null; why: string } {
  const [calls, setCalls] = useState<Calls | null>(null);
  const [why, setWhy] = useState("");
  useEffect(() => {
    if (!wanted) return;
    let left = false;
    readCalls(library).then(
      (read) => left || setCalls(read),
      () => left || setWhy("The phone could not be read. Check the network, then open it again."),
    );
    return () => {
      left = true;
    };
  }, [library, wanted]);
  return { calls, why };
}

/** Plays the call scripts of a menu; nothing for a menu with errors. */
export function runScripts(
  calls: Calls,
  id: string,
  text: string,
  tests: string,
): ScriptRun | null {
  calls.put(`${id}.json`, text);
  calls.put(`${id}.test.json`, tests);
  try {
    return calls.scripts(id);
  } catch {
    return null;
  }
}
