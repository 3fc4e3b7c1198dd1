import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from "prom-client";

const kept = globalThis as { carillonMetrics?: Registry };

/**
 * This process's own figures: memory, event loop, and whatever a room has measured. One a process,
 * also where a bundler evaluates this twice.
 */
export function processMetrics(): Registry {
  if (!kept.carillonMetrics) {
    kept.carillonMetrics = new Registry();
    collectDefaultMetrics({ register: kept.carillonMetrics });
  }
  return kept.carillonMetrics;
}

/**
 * One of {@link processMetrics}: made by whoever asks first, for a registry refuses a name twice.
 */
export const counterOf = <Label extends string>(config: CounterConfiguration<Label>) =>
  (processMetrics().getSingleMetric(config.name) as Counter<Label> | undefined) ??
  new Counter({ ...config, registers: [processMetrics()] });

/** As {@link counterOf}. */
export const histogramOf = <Label extends string>(config: HistogramConfiguration<Label>) =>
  (processMetrics().getSingleMetric(config.name) as Histogram<Label> | undefined) ??
  new Histogram({ ...config, registers: [processMetrics()] });

/** A value at the moment of a scrape, by its labels. */
export interface Figure {
  name: string;
  help: string;
  values: { labels?: Record<string, string>; value: number }[];
}

/**
 * Figures in the text format of Prometheus. They live in a registry of their own: what has no value
 * any more is not told again.
 */
export function figuresText(figures: Figure[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, values } of figures) {
    if (values.length === 0) continue;
    const gauge = new Gauge({
      name,
      help,
      labelNames: Object.keys(values[0]!.labels ?? {}),
      registers: [registry],
    });
    for (const { labels, value } of values) gauge.set(labels ?? {}, value);
  }
  return registry.metrics();
}

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
