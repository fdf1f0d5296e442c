/** What the collector shows of itself to Prometheus, all of it read when it is scraped. */
package io.dta.collector.metrics;
