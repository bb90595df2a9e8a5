// Durable Objects in plain JavaScript that ask their database about as much as ours, for the share of
// the memory that is the platform's.
class Asking {
  #sql;
  #tables;

  constructor({ storage }, tables) {
    this.#sql = storage.sql;
    this.#tables = tables;
  }

  fetch() {
    for (const table of this.#tables) this.#sql.exec(`CREATE TABLE IF NOT EXISTS ${table} (number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL)`);
    const [table] = this.#tables;
    return new Response(String([...this.#sql.exec(`SELECT number FROM ${table} ORDER BY number LIMIT 1`).raw()].length));
  }
}

export class Outbox extends Asking {
  constructor(state) {
    super(state, ["waiting", "attempts"]);
  }
}

export class Library extends Asking {
  constructor(state) {
    super(state, ["publications", "heads", "drafts", "names", "ranges"]);
  }
}

export default { fetch: () => new Response() };
