/** Estimates with confidence intervals, and the comparison of an estimate with a closed form. */
package io.dta.experiment.statistics;
