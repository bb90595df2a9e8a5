/** Something one does that the Worker may refuse. */
import { useState } from "react";
import type { ApiError } from "../api";

export interface Act {
  busy: boolean;
  /** Why the last try was refused. */
  wrong: ApiError | null;
  /** What the last try did. */
  done: string;
  act: (work: () => Promise<unknown>, says?: string) => Promise<void>;
}

export function useAct(): Act {
  const [state, setState] = useState<Omit<Act, "act">>({ busy: false, wrong: null, done: "" });
  async function act(work: () => Promise<unknown>, says = "") {
    setState({ busy: true, wrong: null, done: "" });
    try {
      await work();
      setState({ busy: false, wrong: null, done: says });
    } catch (error) {
      setState({ busy: false, wrong: error as ApiError, done: "" });
    }
  }
  return { ...state, act };
}
