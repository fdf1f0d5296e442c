/** {@code dta sim}: scenarios of the simulated data center. */
package io.dta.cli.sim;
