/** The HTTP API: routes, parameters, metrics. What it answers is decided in {@code query}. */
package io.dta.collector.api;
