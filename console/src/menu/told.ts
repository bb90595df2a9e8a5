/** What changes from one text of a menu to another, in sentences. */
import { changes } from "../rules";

export interface Told {
  says: string[];
  /** Why it cannot be told. */
  wrong: string | null;
}

export function told(id: string, before: string, after: string): Told {
  try {
    return { says: changes(`${id}.json`, before, after).all, wrong: null };
  } catch (error) {
    return { says: [], wrong: (error as Error).message };
  }
}
