// Prometheus' text format, read as far as the server writes it.

export interface MetricSample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Record<string, string> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };
const SUFFIXES = /_(?:bucket|count|sum)$/;

export class Metrics {
  readonly #samples = new Map<string, MetricSample[]>();
  readonly #families = new Set<string>();

  constructor(text: string) {
    for (const line of text.split("\n")) {
      if (line.startsWith("# TYPE ")) {
        this.#families.add(line.split(" ")[2] ?? "");
        continue;
      }
      const parts = line.startsWith("#") ? null : LINE.exec(line);
      if (!parts) continue;
      const value = parts[3] === "+Inf" ? Infinity : Number(parts[3]);
      if (Number.isNaN(value)) continue;
      const labels: Record<string, string> = {};
      for (const [, name, text] of (parts[2] ?? "").matchAll(LABEL)) {
        labels[name!] = text!.replace(/\\[n"\\]/g, (escape) => ESCAPES[escape]!);
      }
      const list = this.#samples.get(parts[1]!) ?? [];
      list.push({ labels, value });
      this.#samples.set(parts[1]!, list);
    }
  }

  all(name: string): readonly MetricSample[] {
    return this.#samples.get(name) ?? [];
  }

  /**
   * The sum over all labels. 0 where the server has the metric and counted nothing yet, null where it has
   * no such metric: nothing is known then.
   */
  sum(name: string): number | null {
    const samples = this.#samples.get(name);
    if (samples) return samples.reduce((total, sample) => total + sample.value, 0);
    return this.#families.has(name) || this.#families.has(name.replace(SUFFIXES, "")) ? 0 : null;
  }

  /** Sums by one label, largest first. */
  by(name: string, label: string): readonly (readonly [string, number])[] {
    const sums = new Map<string, number>();
    for (const { labels, value } of this.all(name)) {
      const key = labels[label] ?? "";
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return [...sums].sort((one, other) => other[1] - one[1]);
  }
}
