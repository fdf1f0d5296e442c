/**
 * {@code dta doctor}: what this machine can do for a translator or a collector, and what to change.
 */
package io.dta.cli.doctor;
