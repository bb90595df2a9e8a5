/** What a page reads when it opens, and again when it is asked to. */
import { useCallback, useEffect, useState } from "react";
import type { ApiError } from "../api";

export interface Loaded<T> {
  data: T | null;
  error: ApiError | null;
  reload: () => Promise<void>;
}

export function useLoad<T>(read: () => Promise<T>, key: string): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: ApiError | null }>({
    key,
    data: null,
    error: null,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what is read
  const reload = useCallback(async () => {
    try {
      const data = await read();
      setState({ key, data, error: null });
    } catch (error) {
      setState((before) => ({
        key,
        data: before.key === key ? before.data : null,
        error: error as ApiError,
      }));
    }
  }, [key]);
  useEffect(() => {
    void reload();
  }, [reload]);
  const stale = state.key !== key;
  return { data: stale ? null : state.data, error: stale ? null : state.error, reload };
}
