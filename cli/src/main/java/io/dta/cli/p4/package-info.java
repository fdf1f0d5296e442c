/** {@code dta p4}: switches that run the P4 programs. */
package io.dta.cli.p4;
