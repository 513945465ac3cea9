// When media of a track arrived last and when it was decoded last, from its statistics: counts that grow.
const seconds = (since) => Math.floor((performance.now() - since) / 1000);

export class Progress {
  constructor() {
    this.counts = { arrived: 0, decoded: 0 };
    this.restart();
  }

  // after a pause that has a reason of its own, the wait begins again
  restart() {
    this.since = performance.now();
    this.last = { arrived: null, decoded: null };
  }

  update(figures) {
    for (const name of ["arrived", "decoded"]) {
      if (figures[name] > this.counts[name]) this.last[name] = performance.now();
      this.counts[name] = figures[name];
    }
  }

  // whether the count has grown since the start
  has(name) {
    return this.last[name] !== null;
  }

  // seconds since the count has grown, or since the start
  quiet(name) {
    return seconds(this.last[name] ?? this.since);
  }
}
