/**
 * JMH benchmarks of the hot paths, each beside the machine's limit for the same bytes in the same
 * run. {@code benchmarks/run} builds and starts them; {@code docs/performance.md} has the figures
 * and what bounds them.
 */
package io.dta.benchmarks;
