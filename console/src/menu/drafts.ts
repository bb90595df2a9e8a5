/** What one changed and did not publish, and the tests one made: kept in this browser. */

export interface Draft {
  menu: string;
  /** The JSON. */
  text: string;
  /** The version it was made from; nothing for a new menu. */
  base: string | null;
  /** The draft for others that it was last the same as. */
  kept?: Kept | null;
}

/** A draft for others, as one last saw it. */
export interface Kept {
  tag: string;
  text: string;
}

interface Tests {
  menu: string;
  /** The call scripts, as `<menu>.test.json` has them. */
  text: string;
}

const DRAFTS = "drafts";
/** Apart from the drafts: publishing ends a draft, and no test. */
const TESTS = "tests";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("edge-ivr-console", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(DRAFTS, { keyPath: "menu" });
      request.result.createObjectStore(TESTS, { keyPath: "menu" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(
  name: string,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = work(transaction.objectStore(name));
      // What is written is kept when the transaction is through, not before.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export async function draftOf(menu: string): Promise<Draft | null> {
  return ((await run(DRAFTS, "readonly", (store) => store.get(menu))) as Draft | undefined) ?? null;
}

export async function allDrafts(): Promise<Draft[]> {
  return (await run(DRAFTS, "readonly", (store) => store.getAll())) as Draft[];
}

export async function keepDraft(draft: Draft): Promise<void> {
  await run(DRAFTS, "readwrite", (store) => store.put(draft));
}

export async function dropDraft(menu: string): Promise<void> {
  await run(DRAFTS, "readwrite", (store) => store.delete(menu));
}

export async function testsOf(menu: string): Promise<string | null> {
  const kept = (await run(TESTS, "readonly", (store) => store.get(menu))) as Tests | undefined;
  return kept?.text ?? null;
}

export async function keepTests(menu: string, text: string): Promise<void> {
  await run(TESTS, "readwrite", (store) => store.put({ menu, text }));
}
