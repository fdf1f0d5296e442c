/** What the metrics of all services mean, and those of a simulation. */
package io.dta.cli.metrics;
