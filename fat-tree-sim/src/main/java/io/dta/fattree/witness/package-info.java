/** What really happened: the truth that telemetry is compared with. */
package io.dta.fattree.witness;
