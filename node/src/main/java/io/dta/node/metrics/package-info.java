/**
 * Metrics that are counted elsewhere, by code that knows nothing of Prometheus, and read when they
 * are scraped. Each has one definition: its name, what it says, why it moves and what to do.
 */
package io.dta.node.metrics;
