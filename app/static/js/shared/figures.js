// What the pages of this tab know of each other's counts, failures and missing parts (app/navigation/figures.py): the
// newest of each, for a few minutes. A path has parts, "count", "mark" and "off", each { value, at }.
const KEPT_MS = 5 * 60 * 1000;

export class Memory {
  constructor(name) {
    this.name = name;
    try {
      this.known = JSON.parse(sessionStorage.getItem(name)) ?? {};
    } catch {
      this.known = {};
    }
  }

  // what one answer says, as it was at that moment
  learn(figures, at) {
    for (const [path, parts] of Object.entries(figures)) {
      const known = "off" in parts ? {} : (this.known[path] ?? {});
      delete known.off;
      for (const [part, value] of Object.entries(parts)) known[part] = { value, at };
      this.known[path] = known;
    }
    this.save();
  }

  forget() {
    this.known = {};
    this.save();
  }

  save() {
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.known));
    } catch {
      // shown on this page, but not remembered
    }
  }

  // what is recent enough to show of a path, and the oldest moment of it; null for nothing
  recent(path) {
    const parts = Object.entries(this.known[path] ?? {});
    const shown = parts.filter(([, { value, at }]) => value && Date.now() - at < KEPT_MS);
    if (!shown.length) return null;
    const values = Object.fromEntries(shown.map(([part, { value }]) => [part, value]));
    return { ...values, at: Math.min(...shown.map(([, { at }]) => at)) };
  }
}
