// Files that are not up yet lie in this browser, so that a closed page loses none of them.

const NAME = "portal-evidence";
const TABLE = "files";
const FRESH = 7 * 24 * 3600 * 1000;

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function run(mode, act) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const work = database.transaction(TABLE, mode);
      const asked = act(work.objectStore(TABLE));
      work.oncomplete = () => done(asked.result);
      work.onabort = () => failed(work.error);
      work.onerror = () => failed(work.error);
    });
  } finally {
    database.close();
  }
}

// False where the browser keeps nothing: then the page must stay open until all is up.
export async function keep(record) {
  try {
    await run("readwrite", (table) => table.put(record));
    return true;
  } catch {
    return false;
  }
}

export async function forget(key) {
  try {
    await run("readwrite", (table) => table.delete(key));
  } catch {
    // It was never kept.
  }
}

export async function kept(owner) {
  try {
    const all = await run("readonly", (table) => table.getAll());
    const old = all.filter((each) => Date.now() - each.at > FRESH);
    for (const each of old) await forget(each.key);
    return all.filter((each) => each.owner === owner && !old.includes(each));
  } catch {
    return [];
  }
}
