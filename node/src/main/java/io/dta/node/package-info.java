/**
 * What every process of ours has: configuration from YAML, an HTTP endpoint with health and
 * metrics, a client for it, logging, and errors written for the person at the terminal. Knows
 * nothing of telemetry.
 */
package io.dta.node;
