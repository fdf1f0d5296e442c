/** What switches report: one class a telemetry system, each mapped onto a primitive. */
package io.dta.fattree.telemetry;
